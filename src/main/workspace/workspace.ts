import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { computeContract, ModelFacts } from '../../shared/contracts/compute.ts'
import type { dicomContract } from '../../shared/contracts/dicom.ts'
import type { modelsContract } from '../../shared/contracts/models.ts'
import { HilumError } from '../../shared/errors.ts'
import type { ParamsInput } from '../../shared/rpc/contract.ts'
import { appendAudit } from '../database/audit.ts'
import { countCases } from '../database/cases.ts'
import type { Connection } from '../database/connection.ts'
import { addPhantomCorpus } from '../corpus/phantomCorpus.ts'
import { closeInterruptedJobs } from '../database/jobs.ts'
import { openDatabase, type OpenedDatabase } from '../database/openDatabase.ts'
import type { Service } from '../processes/service.ts'
import { Reviews } from '../review/reviews.ts'
import { drawDemoStudies } from './demoStudies.ts'
import { Dictionaries } from './dictionaries.ts'
import { FeatureIndex, loadFeatureIndex } from './featureIndex.ts'
import { Models } from './models.ts'
import { now } from './now.ts'
import { resourcePaths, workspacePaths, type WorkspacePaths } from './paths.ts'
import { Reporting } from './reporting.ts'
import { StateBoard } from './stateBoard.ts'

/** What is known of a dictionary's features, in its folder. */
const FEATURES = 'features.json'

export interface WorkspaceOptions {
  /** The workspace folder; made when it is not there. */
  readonly dir: string
  /** Holds `model/` and `dictionary/`. */
  readonly resourcesDir: string
  readonly dicom: WorkspaceService<typeof dicomContract>
  readonly compute: WorkspaceService<typeof computeContract>
  readonly models: Pick<Service<typeof modelsContract>, 'call'>
  readonly version: string
  readonly sqliteAddon?: string | undefined
  /** `draw`: the demo studies that are missing are drawn. `leave`: whatever is there is used. */
  readonly demo: 'draw' | 'leave'
  /** `open`: the model is opened at once. `later`: when it is first needed. */
  readonly model: 'open' | 'later'
  /** A model to use instead of the workspace's own choice: an id, the beginning of one, or `embedded`. */
  readonly modelId?: string | undefined
}

/** What the workspace asks of a process that serves it. */
export type WorkspaceService<C extends typeof dicomContract | typeof computeContract> =
  Pick<Service<C>, 'call' | 'prepareWith' | 'prepareAgain'>

/** An open workspace: its data, and the processes that work for it. */
export interface Workspace {
  readonly connection: Connection
  readonly paths: WorkspacePaths
  readonly board: StateBoard
  readonly reporting: Reporting
  readonly models: Models
  readonly reviews: Reviews
  readonly dictionaries: Dictionaries
  /** Waits for the model; throws when it cannot be opened. */
  model(): Promise<ModelFacts>
  features(): Promise<FeatureIndex>
  /** Resolves when nothing is being prepared any more. Never rejects: what failed is in the state. */
  readonly prepared: Promise<void>
  /** Rejects when the demo studies could not be drawn. */
  readonly demo: Promise<void>
  /** Tells the watchers that cases came or went. */
  refresh(): void
  close(): Promise<void>
}

/**
 * Opens a workspace: the database at once, then model and demo studies side by side in their own processes. Throws
 * what `openDatabase` throws; what fails later is told by the state.
 */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  const { dicom, compute, version } = options
  const paths = workspacePaths(options.dir)
  makeFolders(paths)
  const opened = openDatabase({ path: paths.database, nativeBinding: options.sqliteAddon })
  const { connection } = opened
  auditOpening(opened, version)
  closeInterruptedJobs(connection, now())

  const board = new StateBoard({
    path: paths.dir, version, ready: false, step: 'Opening the workspace', done: 0, total: 0, model: null, modelError: null,
    cases: countCases(connection),
  })
  const ending = new AbortController()
  const refresh = (): void => board.set({ cases: countCases(connection) })

  dicom.prepareWith(async (client) => void (await client.call('store.open', { storeDir: paths.store })))
  const resources = resourcePaths(options.resourcesDir)
  const threads = Math.min(8, availableParallelism())
  const reopen = (): Promise<ModelFacts> => {
    index = null
    compute.prepareAgain()
    return model()
  }
  const models = new Models({
    connection, models: options.models, modelsDir: paths.models, embedded: resources, version, instead: options.modelId,
    reopen,
  })
  const dictionaries = new Dictionaries({
    connection, dicom, models: options.models, storeDir: paths.dictionaries, cacheDir: paths.cache, threads, version,
    model: () => models.places(), reopen,
  })
  const model = modelOpener(compute, board, async () => {
    const { modelDir } = await models.places()
    return { modelDir, dictionaryDir: await dictionaries.dir(), cacheDir: paths.cache, threads, hilumVersion: version }
  })
  let index: Promise<FeatureIndex> | null = null
  const features = async (): Promise<FeatureIndex> => {
    const dir = await dictionaries.dir()
    return dir === null ? new FeatureIndex([]) : (index ??= loadFeatureIndex(join(dir, FEATURES)))
  }

  const drawDemo = async (): Promise<void> => {
    const { signal } = ending
    await addPhantomCorpus(connection, now(), signal)
    await drawDemoStudies({
      connection, dicom, signal,
      onProgress: (done, total) => board.set({ step: 'Drawing the demo studies', done, total, cases: countCases(connection) }),
    })
  }
  const demo = options.demo === 'leave' ? Promise.resolve() : drawDemo()
  const opening = options.model === 'open' ? model() : Promise.resolve(null)
  const prepared = Promise.allSettled([demo, opening]).then(([drawn]) => {
    if (ending.signal.aborted) return
    const step = drawn.status === 'fulfilled' ? 'Ready' : `The demo studies could not be drawn: ${messageOf(drawn.reason)}`
    board.set({ ready: true, step, done: 0, total: 0, cases: countCases(connection) })
  })
  demo.catch(() => undefined) // told by the state; the command line awaits it itself

  const reporting = new Reporting({ connection, dicom, compute, model, features, version })
  const reviews = new Reviews({ connection, reporting, compute, model, features, version })
  return {
    connection, paths, board, models, dictionaries, model, features, prepared, demo, refresh, reporting, reviews,
    async close() {
      ending.abort()
      await reviews.stop()
      await demo.catch(() => undefined)
      connection.close()
    },
  }
}

/**
 * Opens the model when first asked, and again in every new compute process. What failed stands in the state and is
 * tried anew when the reader asks for findings or for the model.
 */
function modelOpener(
  compute: WorkspaceOptions['compute'], board: StateBoard,
  wanted: () => Promise<ParamsInput<typeof computeContract, 'model.open'>>,
): () => Promise<ModelFacts> {
  compute.prepareWith(async (client) => {
    const tell = (step: string, done: number, total: number): void => {
      if (!board.state.step.startsWith('Drawing')) board.set({ step, done, total })
    }
    board.set({ modelError: null })
    tell('Opening the model', 0, 0)
    try {
      const facts = await client.call('model.open', await wanted(), {
        onEvent: ({ step, done, total }) => tell(step, done, total),
      })
      board.set({ model: facts, modelError: null })
    } catch (error) {
      board.set({ model: null, modelError: sentencesOf(error) })
      throw error
    }
  })
  return async () => {
    const facts = await compute.call('model.facts', {})
    if (facts === null) throw new HilumError('internal', 'The compute process has no model open.')
    return facts
  }
}

function makeFolders(paths: WorkspacePaths): void {
  try {
    for (const dir of [paths.dir, paths.store, paths.cache, paths.models]) mkdirSync(dir, { recursive: true })
  } catch (cause) {
    throw new HilumError('unavailable', `The workspace folder ${paths.dir} cannot be made.`, {
      mend: 'Choose a folder that you may write to.', cause,
    })
  }
}

function auditOpening({ connection, migration }: OpenedDatabase, version: string): void {
  const { from, to } = migration
  if (from === to) return
  const action = from === 0 ? 'workspace.created' : 'workspace.migrated'
  appendAudit(connection, { at: now(), actor: 'hilum', action, subject: `schema ${to}`, detail: { from, to, version } })
}

/** What happened and what to do about it. */
function sentencesOf(error: unknown): string {
  const mend = error instanceof HilumError ? error.mend : null
  return mend === null ? messageOf(error) : `${messageOf(error)} ${mend}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
