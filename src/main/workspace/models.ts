import { statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { clearLeftovers, listModels, removeModel } from '../../compute/models/shelf.ts'
import type { ModelFacts } from '../../shared/contracts/compute.ts'
import type { ModelProgress, modelsContract, ModelVerified } from '../../shared/contracts/models.ts'
import { WeightFormat, type CheckpointSurvey, type ModelRecord } from '../../shared/domain/model.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import { appendAudit } from '../database/audit.ts'
import type { Connection } from '../database/connection.ts'
import { interruptedJobs, startJob, updateJob } from '../database/jobs.ts'
import { getSetting, setSetting } from '../database/settings.ts'
import { now } from './now.ts'

/** What stands for the model that comes with Hilum where others have an id. */
export const EMBEDDED = 'embedded'
const SETTING = 'model.current'

export interface ModelsOptions {
  readonly connection: Connection
  readonly models: Pick<Client<typeof modelsContract>, 'call'>
  /** Models that were added, a folder each. */
  readonly modelsDir: string
  /** Folders of the model and the dictionary that come with Hilum. */
  readonly embedded: { readonly model: string; readonly dictionary: string }
  readonly version: string
  /** Used instead of the workspace's own choice: an id, the beginning of one, or `embedded`. */
  readonly instead?: string | undefined
  /** Has the model process open what is current now; resolves when that is done. */
  readonly reopen: () => Promise<ModelFacts>
}

/** Where a model and its dictionary are. */
export interface ModelPlaces {
  /** The id of the model, or `embedded`. */
  readonly id: string
  readonly modelDir: string
  /** Null: nothing is known of its features. */
  readonly dictionaryDir: string | null
}

/** Who hears of long work and may end it. */
interface Watch {
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: ((progress: ModelProgress) => void) | undefined
}

const Note = z.object({ folder: z.string(), format: WeightFormat })
/** An addition that was cut off. Adding the same again goes on from what was finished. */
export type InterruptedAddition = z.infer<typeof Note>

/** The workspace's models, and which of them is in use. */
export class Models {
  readonly #options: ModelsOptions
  #adding = false

  constructor(options: ModelsOptions) {
    this.#options = options
  }

  list(): Promise<readonly ModelRecord[]> {
    return listModels(this.#options.modelsDir)
  }

  /** The id of the model in use, or `embedded`. */
  get current(): string {
    return getSetting(this.#options.connection, SETTING) ?? EMBEDDED
  }

  /** Additions that a crash or the end of the program cut off, newest first. */
  interrupted(): readonly InterruptedAddition[] {
    const notes = interruptedJobs(this.#options.connection, 'model').map(({ note }) => note)
    return [...new Set(notes)].map((note) => Note.parse(JSON.parse(note)))
  }

  /** Where the model in use is. */
  async places(): Promise<ModelPlaces> {
    const { embedded, modelsDir, instead } = this.#options
    const chosen = instead ?? this.current
    if (chosen === EMBEDDED) return { id: EMBEDDED, modelDir: embedded.model, dictionaryDir: embedded.dictionary }
    const { id, embedded: ours } = await this.find(chosen)
    return { id, modelDir: join(modelsDir, id), dictionaryDir: ours ? embedded.dictionary : null }
  }

  /** The model of an id, or of its beginning. */
  async find(id: string): Promise<ModelRecord> {
    const all = await this.list()
    const fits = all.filter((record) => record.id.startsWith(id.toLowerCase()))
    const [only, another] = fits
    if (only !== undefined && another === undefined && id.length >= 4) return only
    if (another !== undefined || only !== undefined) {
      throw new HilumError('bad-input', `"${id}" does not say which of ${all.length} models is meant.`, {
        mend: 'Give more of its id.',
      })
    }
    throw new HilumError('not-found', `There is no model "${id}" in this workspace.`, {
      mend: 'List the models with "hilum model list", or choose another in the window.',
    })
  }

  /** Bytes: free where models are kept, and of memory in this machine. */
  async room(): Promise<{ readonly diskFree: number; readonly memory: number }> {
    const { bavail, bsize } = await statfs(this.#options.modelsDir)
    return { diskFree: bavail * bsize, memory: totalmem() }
  }

  survey(folder: string): Promise<CheckpointSurvey> {
    return this.#options.models.call('checkpoint.survey', { folder: resolve(folder) })
  }

  /** Compiles a checkpoint into the workspace, as a job that goes on after a crash when it is asked for again. */
  async add(given: string, format: WeightFormat, { signal, onEvent }: Watch = {}): Promise<ModelRecord> {
    const { connection, models, modelsDir, version } = this.#options
    if (this.#adding) {
      throw new HilumError('conflict', 'A model is being added already.', { mend: 'Wait until it is done, or cancel it.' })
    }
    this.#adding = true
    const folder = resolve(given)
    const note = JSON.stringify({ folder, format } satisfies InterruptedAddition)
    this.#settle(note)
    const job = startJob(connection, 'model', 100, now())
    updateJob(connection, job, { note }, now())
    let percent = 0
    try {
      const params = { folder, format, modelsDir, hilumVersion: version, at: now() }
      const record = await models.call('model.add', params, {
        signal,
        onEvent: (progress) => {
          onEvent?.(progress)
          const done = progress.step === 'storing' ? Math.floor((100 * progress.done) / progress.total) : 0
          if (done > percent) updateJob(connection, job, { done: (percent = done) }, now())
        },
      })
      updateJob(connection, job, { state: 'done', done: 100 }, now())
      this.#audit('model.added', record.id, { name: record.name, format, source: record.source, licence: record.licence })
      return record
    } catch (error) {
      updateJob(connection, job, { state: signal?.aborted === true ? 'cancelled' : 'failed' }, now())
      throw error
    } finally {
      this.#adding = false
    }
  }

  /** Removes what interrupted additions left on the disk. */
  async discard(): Promise<void> {
    this.#settle(null)
    await clearLeftovers(this.#options.modelsDir)
  }

  async verify(id: string, { signal, onEvent }: Watch = {}): Promise<ModelVerified> {
    const record = await this.find(id)
    const folder = join(this.#options.modelsDir, record.id)
    return this.#options.models.call('model.verify', { folder }, { signal, onEvent })
  }

  /** Removes a model that is not in use. Texts it wrote stay, with its hash and licence in their provenance. */
  async remove(id: string): Promise<ModelRecord> {
    const record = await this.find(id)
    if (record.id === this.current) {
      throw new HilumError('conflict', `${record.name} (${record.format}) is the model in use.`, {
        mend: 'Use another model first.',
      })
    }
    await removeModel(this.#options.modelsDir, record.id)
    this.#audit('model.removed', record.id, { name: record.name, format: record.format })
    return record
  }

  /** Makes a model the one in use and opens it. One that cannot be opened leaves the choice as it was. */
  async use(id: string): Promise<ModelFacts> {
    const { connection, reopen } = this.#options
    const before = this.current
    const chosen = id === EMBEDDED ? EMBEDDED : (await this.find(id)).id
    setSetting(connection, SETTING, chosen)
    try {
      const facts = await reopen()
      if (chosen !== before) this.#audit('model.chosen', chosen, { name: facts.name, format: facts.format, before })
      return facts
    } catch (error) {
      setSetting(connection, SETTING, before)
      await reopen().catch(() => undefined) // what failed first is what the reader has to hear
      throw error
    }
  }

  /** Interrupted additions with this note, or all, are not offered any more. */
  #settle(note: string | null): void {
    const { connection } = this.#options
    for (const job of interruptedJobs(connection, 'model')) {
      if (note === null || job.note === note) updateJob(connection, job.id, { state: 'cancelled' }, now())
    }
  }

  #audit(action: 'model.added' | 'model.chosen' | 'model.removed', subject: string, detail: unknown): void {
    appendAudit(this.#options.connection, { at: now(), actor: 'hilum', action, subject, detail })
  }
}
