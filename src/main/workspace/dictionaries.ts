import { join } from 'node:path'
import { findStored, listStored, removeLeftovers, removeStored } from '../../compute/sae/store/loadStored.ts'
import type { dicomContract } from '../../shared/contracts/dicom.ts'
import type { HookReport, InterpretationsFile } from '../../shared/contracts/dictionaries.ts'
import type { modelsContract } from '../../shared/contracts/models.ts'
import type { DictionaryFacts, HookSetting, TablePreview } from '../../shared/domain/dictionary.ts'
import { BASELINE } from '../../shared/domain/intervention.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import { appendAudit, type AuditAction } from '../database/audit.ts'
import { listCases, loadCase } from '../database/cases.ts'
import type { Connection } from '../database/connection.ts'
import { getSetting, hasSetting, setSetting } from '../database/settings.ts'
import type { ModelPlaces } from './models.ts'
import { now } from './now.ts'
import { buildQuestion } from './question.ts'
import { MAX_NEW_TOKENS } from './reporting.ts'

/** What stands for the dictionary that comes with a model where others have an id. */
export const OWN_DICTIONARY = 'embedded'

const SETTING = 'dictionary of '

/** Cases a hook is measured on unless another number is asked for: some hundreds of tokens. */
export const CALIBRATION_CASES = 6

export interface DictionariesOptions {
  readonly connection: Connection
  readonly dicom: Pick<Client<typeof dicomContract>, 'call'>
  readonly models: Pick<Client<typeof modelsContract>, 'call'>
  /** Dictionaries that were added, a folder each. */
  readonly storeDir: string
  readonly cacheDir: string
  readonly threads: number
  readonly version: string
  /** The model in use, with the dictionary that came with it. */
  readonly model: () => Promise<ModelPlaces>
  /** Has the model process open the model again with what is chosen now. */
  readonly reopen: () => Promise<unknown>
}

/** Who hears of long work and may end it. */
export interface DictionaryWatch {
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: ((progress: { step: string; done: number; total: number }) => void) | undefined
}

/** What is added: a weights file or folder, and what is said of it. */
export interface NewDictionary {
  readonly path: string
  readonly layer: number | null
  readonly name: string | null
  readonly interpretations: InterpretationsFile | null
}

/** The workspace's dictionaries, and which of them is in use with the model. */
export class Dictionaries {
  readonly #options: DictionariesOptions

  constructor(options: DictionariesOptions) {
    this.#options = options
    void removeLeftovers(options.storeDir)
  }

  list(): Promise<readonly DictionaryFacts[]> {
    return listStored(this.#options.storeDir)
  }

  /** The id of the dictionary in use with the model in use, or `embedded` for the model's own. */
  async current(): Promise<string> {
    return this.#chosenFor(await this.#options.model())
  }

  /** The folder of the dictionary in use; null when the model has none of its own and none was chosen. */
  async dir(): Promise<string | null> {
    const { storeDir, model } = this.#options
    const places = await model()
    const chosen = this.#chosenFor(places)
    return chosen === OWN_DICTIONARY ? places.dictionaryDir : join(storeDir, chosen)
  }

  /** The dictionary of a name, an id, or the beginning of one. */
  find(words: string): Promise<DictionaryFacts> {
    return findStored(this.#options.storeDir, words)
  }

  preview(file: InterpretationsFile): Promise<TablePreview> {
    return this.#options.models.call('dictionary.previewTable', file)
  }

  /** Takes a dictionary into the workspace. It is not in use before it is chosen. */
  async add(asked: NewDictionary, { signal, onEvent }: DictionaryWatch = {}): Promise<DictionaryFacts> {
    const { models, storeDir, model } = this.#options
    const { modelDir } = await model()
    const params = { ...asked, storeDir, modelDir, at: now() }
    const facts = await models.call('dictionary.add', params, { signal, onEvent })
    const { id, name, source, dialect, hook, interpreted } = facts
    this.#audit('dictionary.added', id, { name, source, dialect, hook, interpreted })
    await this.#refresh(id)
    return facts
  }

  /**
   * Measures where a dictionary reads the model, on cases spread over the workspace. With `settle` it is that hook
   * which is measured and kept, with what the cases show of the features.
   */
  async calibrate(
    words: string, settle: HookSetting | null, cases: number, { signal, onEvent }: DictionaryWatch = {},
  ): Promise<HookReport> {
    const { models, storeDir, cacheDir, threads, version, model } = this.#options
    const { modelDir } = await model()
    const { id } = await this.find(words)
    const questions = await this.#questions(cases, signal)
    const params = { id, storeDir, cacheDir, threads, questions, settle, modelDir, hilumVersion: version, at: now() }
    const report = await models.call('dictionary.calibrate', params, { signal, onEvent })
    if (settle !== null) {
      this.#audit('dictionary.calibrated', id, { name: report.facts.name, ...report.facts.calibration })
      await this.#refresh(id)
    }
    return report
  }

  /** Makes a dictionary (its name, its id, or `embedded`) the one in use, and opens the model with it. */
  async use(words: string): Promise<DictionaryFacts | null> {
    const { connection, model, reopen } = this.#options
    const places = await model()
    const setting = settingOf(places)
    const facts = words === OWN_DICTIONARY ? null : await this.find(words)
    const before = this.#chosenFor(places)
    const chosen = facts?.id ?? OWN_DICTIONARY
    setSetting(connection, setting, chosen)
    try {
      await reopen()
    } catch (error) {
      setSetting(connection, setting, before)
      await reopen().catch(() => undefined) // what failed first is what the reader has to hear
      throw error
    }
    if (chosen !== before) {
      this.#audit('dictionary.chosen', chosen, { name: facts?.name ?? OWN_DICTIONARY, before, model: places.id })
    }
    return facts
  }

  /** Removes a dictionary that no model uses. Texts steered with it stay, with its hash in their provenance. */
  async remove(words: string): Promise<DictionaryFacts> {
    const facts = await this.find(words)
    if (hasSetting(this.#options.connection, SETTING, facts.id)) {
      throw new HilumError('conflict', `${facts.name} is the dictionary in use.`, { mend: 'Use another dictionary first.' })
    }
    await removeStored(this.#options.storeDir, facts.id)
    this.#audit('dictionary.removed', facts.id, { name: facts.name })
    return facts
  }

  #chosenFor(places: ModelPlaces): string {
    return getSetting(this.#options.connection, settingOf(places)) ?? OWN_DICTIONARY
  }

  /** Opens the model again when the dictionary in use has changed under it. */
  async #refresh(id: string): Promise<void> {
    if (id === (await this.current())) await this.#options.reopen()
  }

  async #questions(count: number, signal: AbortSignal | undefined) {
    const { connection, dicom } = this.#options
    const all = listCases(connection, '')
    const step = Math.max(1, all.length / count)
    const spread = all.filter((_, i) => Math.floor(i / step) > Math.floor((i - 1) / step)).slice(0, count)
    const { findings: maxNewTokens } = MAX_NEW_TOKENS
    const request = { mode: 'findings', phrase: null, intervention: BASELINE, maxNewTokens } as const
    return Promise.all(spread.map(({ id }) => buildQuestion(loadCase(connection, id), request, dicom, signal)))
  }

  #audit(action: AuditAction, subject: string, detail: unknown): void {
    appendAudit(this.#options.connection, { at: now(), actor: 'hilum', action, subject, detail })
  }
}

/** Every model has a choice of its own: a dictionary reads the model it was trained on. */
function settingOf({ id }: ModelPlaces): string {
  return `${SETTING}${id}`
}
