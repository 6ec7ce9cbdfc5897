import type { dicomContract } from '../../shared/contracts/dicom.ts'
import type { Comparison, ExportReport, KeptEdit, mainContract } from '../../shared/contracts/main.ts'
import type { pacsContract } from '../../shared/contracts/pacs.ts'
import type { FeatureTarget } from '../../shared/domain/target.ts'
import type { Verdict } from '../../shared/domain/verdict.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import { cancellationsOf, type Handlers } from '../../shared/rpc/serve.ts'
import { listCases, loadCase } from '../database/cases.ts'
import { comparisonId, comparisonsOfCase, loadEdit } from '../database/comparisons.ts'
import type { Connection } from '../database/connection.ts'
import { listCorpora } from '../database/corpora.ts'
import { latestBaseline, loadGeneration } from '../database/generations.ts'
import { getSetting, setSetting } from '../database/settings.ts'
import { keepVerdict } from '../database/verdicts.ts'
import { writeExport } from '../exchange/writeExport.ts'
import { judgeHandlers } from '../judge/judgeHandlers.ts'
import type { Dialogs } from '../services.ts'
import { blindedComparisons } from '../review/blinding.ts'
import { reviewHandlers } from '../review/handlers.ts'
import { createWatchHandlers, type FolderWatch } from './folderWatch.ts'
import { createFilmHandlers } from './filmHandlers.ts'
import { createImportHandlers } from './importHandlers.ts'
import { now } from './now.ts'
import { createPacsHandlers } from './pacs.ts'
import { featureTarget, retarget } from './rules.ts'
import { shelfHandlers } from './shelfHandlers.ts'
import type { Workspace } from './workspace.ts'

/** Answers the contract of the main process from an open workspace. */
export function createHandlers(
  workspace: Workspace, version: string, dialogs: Dialogs | null, dicom: Pick<Client<typeof dicomContract>, 'call'>,
  pacs: Pick<Client<typeof pacsContract>, 'call'>, watch: FolderWatch,
): Handlers<typeof mainContract> {
  const { connection, board, reporting, models } = workspace

  const targetOf = async (feature: number): Promise<FeatureTarget> => {
    const { dictionaryHash } = await workspace.model()
    return featureTarget(connection, await workspace.features(), dictionaryHash, feature)
  }

  const exportTo = async (out: string | null): Promise<ExportReport | null> => {
    const path = out ?? (await needed(dialogs).saveAs(`hilum ${now().slice(0, 10)}.zip`))
    return path === null ? null : writeExport(connection, { path, hilumVersion: version, at: now() })
  }

  return {
    'workspace.state': () => board.state,
    'workspace.watch': (_params, { signal, emit }) =>
      new Promise((resolve) => {
        const stop = board.watch(emit)
        const end = (): void => {
          stop()
          resolve({})
        }
        if (signal.aborted) end()
        else signal.addEventListener('abort', end, { once: true })
      }),
    'worklist.list': ({ search }) => [...listCases(connection, search)],
    'case.get': ({ caseId }) => loadCase(connection, caseId),
    'case.history': ({ caseId }) => ({
      baseline: latestBaseline(connection, caseId, 'findings'),
      grounded: latestBaseline(connection, caseId, 'grounded'),
      comparisons: openComparisons(connection, caseId),
    }),
    ...createFilmHandlers(workspace, () => needed(dialogs)),
    'report.baseline': ({ caseId, mode, phrase, runId }, { signal }) =>
      reporting.baseline(caseId, mode, phrase, { runId, signal }),
    'report.steer': ({ caseId, mode, intervention, runId }, { signal }) =>
      reporting.steer(caseId, mode, intervention, { runId, signal }),
    'verdict.record': ({ editId, verdict, reader }) => judge(workspace, editId, verdict, reader),
    'verdict.withdraw': ({ editId, reader }) => judge(workspace, editId, null, reader),
    'feature.search': async ({ query, limit }) => [...(await workspace.features()).search(query, limit)],
    'target.get': async ({ feature }) => targetOf(feature),
    'target.set': async ({ feature, target, reader }) => {
      const { dictionaryHash } = await workspace.model()
      retarget(connection, await workspace.features(), { dictionaryHash, feature, target, reader, at: now() })
      return targetOf(feature)
    },
    ...judgeHandlers(workspace),
    'corpus.list': () => [...listCorpora(connection)],
    'feature.get': async ({ index }) => (await workspace.features()).get(index),
    'feature.active': async ({ generationId, token, limit }) => {
      const { generation } = loadGeneration(connection, generationId)
      return [...(await workspace.features()).active(generation, token, limit)]
    },
    ...createWatchHandlers(watch),
    ...createPacsHandlers({ workspace, dicom, pacs }),
    ...createImportHandlers(workspace, () => needed(dialogs), dicom),
    'export.write': ({ out }) => exportTo(out),
    'model.list': async () => ({
      models: [...(await models.list())], current: models.current, interrupted: [...models.interrupted()],
      room: await models.room(),
    }),
    'model.chooseFolder': () => needed(dialogs).chooseCheckpoint(),
    'model.survey': ({ folder }) => models.survey(folder),
    'model.add': ({ folder, format }, { signal, emit }) => models.add(folder, format, { signal: cancellationsOf(signal), onEvent: emit }),
    'model.verify': ({ id }, { signal, emit }) => models.verify(id, { signal, onEvent: emit }),
    'model.remove': async ({ id }) => {
      await models.remove(id)
      return {}
    },
    'model.discard': async () => {
      await models.discard()
      return {}
    },
    'model.use': ({ id }) => models.use(id),
    'setting.get': ({ key }) => getSetting(connection, key),
    'setting.set': ({ key, value }) => {
      setSetting(connection, key, value)
      return {}
    },
    ...shelfHandlers(workspace.dictionaries, () => needed(dialogs)),
    ...reviewHandlers(workspace, (name) => needed(dialogs).saveAs(name)),
  }
}

/** Records a reader's verdict, or takes it back when null. Durable when it returns. */
export function judge(
  { connection }: Pick<Workspace, 'connection'>, editId: string, verdict: Verdict | null, reader: string,
): KeptEdit {
  if (verdict === null && loadEdit(connection, editId).reader === null) {
    throw new HilumError('conflict', 'There is no verdict on this edit to take back.')
  }
  keepVerdict(connection, { editId, judge: { kind: 'reader', name: reader }, verdict, reason: '', at: now() })
  return loadEdit(connection, editId)
}

/** The comparisons of a case, newest first, without those that a blinded set still asks about. */
function openComparisons(connection: Connection, caseId: string): Comparison[] {
  const blinded = blindedComparisons(connection, caseId)
  return comparisonsOfCase(connection, caseId)
    .filter(({ baseline, steered }) => !blinded.has(comparisonId(baseline.id, steered.id)))
}

function needed(dialogs: Dialogs | null): Dialogs {
  if (dialogs !== null) return dialogs
  throw new HilumError('unsupported', 'There are no dialogs without a window: name the path.')
}
