import type { computeContract } from '../shared/contracts/compute.ts'
import type { dicomContract } from '../shared/contracts/dicom.ts'
import type { pacsContract } from '../shared/contracts/pacs.ts'
import { mainContract } from '../shared/contracts/main.ts'
import type { modelsContract } from '../shared/contracts/models.ts'
import type { ParamsInput } from '../shared/rpc/contract.ts'
import type { Handlers } from '../shared/rpc/serve.ts'
import type { Service } from './processes/service.ts'
import { FolderWatch } from './workspace/folderWatch.ts'
import { createHandlers } from './workspace/handlers.ts'
import { openWorkspace } from './workspace/workspace.ts'

/** What the window's system dialogs offer; the command line has none. Each resolves to null when cancelled. */
export interface Dialogs {
  chooseFiles(): Promise<readonly string[] | null>
  chooseFolder(): Promise<readonly string[] | null>
  chooseCheckpoint(): Promise<string | null>
  chooseDictionary(what: 'weights' | 'interpretations'): Promise<string | null>
  saveAs(suggestedName: string): Promise<string | null>
  /** A part of the window as a PNG file, as it is seen. */
  picture(area: PictureArea): Promise<Uint8Array<ArrayBuffer>>
  /** Puts a PNG picture into the clipboard. */
  copyPicture(png: Uint8Array<ArrayBuffer>): Promise<void>
}

/** In CSS pixels from the top left corner of the page. */
export type PictureArea = ParamsInput<typeof mainContract, 'picture.take'>['area']

/** All that the services of the main process stand on. No Electron: the command line and the tests give the same. */
export interface ServicesOptions {
  readonly version: string
  /** The workspace folder; made when it is not there. */
  readonly workspace: string
  /** The folder of the embedded model, dictionary and demo studies. */
  readonly resources: string
  /** `nativeBinding` for better-sqlite3; undefined for its prebuilt addon. */
  readonly sqliteAddon: string | undefined
  readonly dicom: Service<typeof dicomContract>
  readonly compute: Service<typeof computeContract>
  readonly models: Service<typeof modelsContract>
  readonly pacs: Service<typeof pacsContract>
  readonly dialogs: Dialogs | null
}

export interface MainServices {
  readonly handlers: Handlers<typeof mainContract>
  /** Ends running jobs, closes the database. */
  stop(): Promise<void>
}

/**
 * Composes the services of the main process. Returns at once; getting ready is told by `workspace.watch`. A workspace
 * that cannot be opened (damaged, newer, not writable) does not end the program: every method then says why.
 */
export function startServices(options: ServicesOptions): MainServices {
  const { version, workspace: dir, resources: resourcesDir, sqliteAddon } = options
  const { dicom, compute, models, pacs, dialogs } = options
  try {
    const workspace = openWorkspace({
      dir, resourcesDir, dicom, compute, models, version, sqliteAddon, demo: 'draw', model: 'open',
    })
    const watch = new FolderWatch({ workspace, dicom })
    watch.resume()
    return {
      handlers: createHandlers(workspace, version, dialogs, dicom, pacs, watch),
      async stop() {
        await watch.stop()
        await workspace.close()
      },
    }
  } catch (error) {
    const refuse = (): never => {
      throw error
    }
    const handlers = Object.fromEntries(Object.keys(mainContract).map((method) => [method, refuse]))
    return { handlers: handlers as unknown as Handlers<typeof mainContract>, stop: async () => undefined }
  }
}
