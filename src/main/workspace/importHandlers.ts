import type { dicomContract, ScanItem } from '../../shared/contracts/dicom.ts'
import type { ImportReport, mainContract } from '../../shared/contracts/main.ts'
import type { ImportOrder } from '../../shared/domain/sidecar.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import type { CallContext, Handlers } from '../../shared/rpc/serve.ts'
import type { Dialogs } from '../services.ts'
import { importPaths, interruptedImport } from './importing.ts'
import type { Workspace } from './workspace.ts'

type ImportHandlers = Pick<
  Handlers<typeof mainContract>, 'import.paths' | 'import.choose' | 'import.interrupted' | 'import.preview'
>

/** Answers what the window asks about getting studies in. `dialogs` throws where there are none. */
export function createImportHandlers(
  { connection, refresh }: Pick<Workspace, 'connection' | 'refresh'>,
  dialogs: () => Dialogs,
  dicom: Pick<Client<typeof dicomContract>, 'call'>,
): ImportHandlers {
  type Call = CallContext<ScanItem>
  const importFrom = ({ paths, sidecar }: ImportOrder, { signal, emit }: Call): Promise<ImportReport> =>
    importPaths(paths, { connection, dicom, sidecar, signal, onItem: emit, onFiled: refresh })
  return {
    'import.paths': importFrom,
    'import.choose': async ({ kind }, call) => {
      const chosen = await (kind === 'files' ? dialogs().chooseFiles() : dialogs().chooseFolder())
      return chosen === null ? null : importFrom({ paths: chosen, sidecar: null }, call)
    },
    'import.interrupted': () => interruptedImport(connection),
    'import.preview': ({ path }, { signal }) => dicom.call('sidecar.preview', { path }, { signal }),
  }
}
