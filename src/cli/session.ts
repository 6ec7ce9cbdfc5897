import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { computeContract as ComputeContract } from '../shared/contracts/compute.ts'
import { computeContract } from '../shared/contracts/compute.ts'
import type { dicomContract as DicomContract } from '../shared/contracts/dicom.ts'
import { dicomContract } from '../shared/contracts/dicom.ts'
import type { modelsContract as ModelsContract } from '../shared/contracts/models.ts'
import { modelsContract } from '../shared/contracts/models.ts'
import type { pacsContract as PacsContract } from '../shared/contracts/pacs.ts'
import { pacsContract } from '../shared/contracts/pacs.ts'
import { HilumError } from '../shared/errors.ts'
import { forkProcess } from '../main/processes/forkedProcess.ts'
import { createService, type Service } from '../main/processes/service.ts'
import { workspacePaths } from '../main/workspace/paths.ts'
import { openWorkspace, type Workspace, type WorkspaceOptions } from '../main/workspace/workspace.ts'
import { Progress } from './progress.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** What the verbs of one call share: the workspace, the processes behind it, progress, and the way to stop. */
export interface Session {
  readonly version: string
  readonly dir: string
  readonly resourcesDir: string
  readonly progress: Progress
  readonly signal: AbortSignal
  readonly dicom: Service<typeof DicomContract>
  readonly compute: Service<typeof ComputeContract>
  readonly models: Service<typeof ModelsContract>
  /** Opens connections, and only to where it is told. */
  readonly pacs: Service<typeof PacsContract>
  /**
   * Opens the workspace (once). Processes start when they are first needed. Only with `make` a folder without a
   * workspace becomes one; otherwise it is `not-found`, so that a mistyped folder does not look like an empty one.
   */
  workspace(how?: Partial<Pick<WorkspaceOptions, 'demo' | 'model' | 'modelId'>> & { readonly make?: boolean }): Workspace
  close(): Promise<void>
}

export function startSession(dir: string | null, signal: AbortSignal): Session {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  const progress = new Progress()
  const resourcesDir = process.env.HILUM_RESOURCES ?? join(ROOT, 'resources')
  const dicom = createService({
    name: 'dicom', contract: dicomContract, start: () => forkProcess('dicom', join(ROOT, 'src/dicom/process.ts')),
  })
  const compute = createService({
    name: 'compute', contract: computeContract, start: () => forkProcess('compute', join(ROOT, 'src/compute/process.ts')),
  })
  const models = createService({
    name: 'models', contract: modelsContract, start: () => forkProcess('models', join(ROOT, 'src/compute/models/process.ts')),
  })
  const pacs = createService({
    name: 'pacs', contract: pacsContract, start: () => forkProcess('pacs', join(ROOT, 'src/pacs/process.ts')),
  })
  const folder = dir ?? defaultWorkspaceDir()
  let opened: Workspace | null = null

  return {
    version, dir: folder, resourcesDir, progress, signal, dicom, compute, models, pacs,
    workspace({ make = false, demo = 'leave', model = 'later', modelId } = {}) {
      if (opened !== null) return opened
      if (!make && !existsSync(workspacePaths(folder).database)) {
        throw new HilumError('not-found', `There is no workspace in ${resolve(folder)}.`, { mend: HOW_TO_BEGIN })
      }
      opened = openWorkspace({ dir: folder, resourcesDir, dicom, compute, models, version, demo, model, modelId })
      opened.board.watch(({ step, done, total, ready }) => {
        if (!ready) progress.say(total > 0 ? `${step} (${done} of ${total})` : step)
      })
      return opened
    },
    async close() {
      progress.clear()
      await Promise.allSettled([opened?.close(), dicom.stop(), compute.stop(), models.stop(), pacs.stop()])
    },
  }
}

/** The window's own workspace, so that both work on the same cases: Electron's `userData` of an app named hilum. */
export function defaultWorkspaceDir(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  if (env.HILUM_WORKSPACE) return resolve(env.HILUM_WORKSPACE)
  const base =
    platform === 'darwin' ? join(homedir(), 'Library/Application Support')
    : platform === 'win32' ? (env.APPDATA ?? join(homedir(), 'AppData/Roaming'))
    : (env.XDG_CONFIG_HOME ?? join(homedir(), '.config'))
  return join(base, 'hilum', 'workspace')
}

const HOW_TO_BEGIN = 'Draw the demo studies with "hilum demo", or import films with "hilum import PATH".'

/** Throws when a case list is empty, which is the first thing a newcomer runs into. */
export function refuseEmpty(workspace: Workspace): void {
  if (workspace.board.state.cases > 0) return
  throw new HilumError('not-found', `There are no cases in ${workspace.paths.dir}.`, {
    mend: HOW_TO_BEGIN,
  })
}
