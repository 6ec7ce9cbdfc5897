import type { Results } from '../../../shared/domain/results.ts'
import { sql, type Connection } from '../../database/connection.ts'
import { loadSet } from '../../database/reviewSets.ts'
import { newestVerdict } from '../../database/verdicts.ts'
import type { FeatureIndex } from '../../workspace/featureIndex.ts'
import { resultsOf } from './resultsOf.ts'

/** The results of sets, worked out again only after something was said: the tables behind them only grow. */
export class KeptResults {
  readonly #connection: Connection
  readonly #features: () => Promise<FeatureIndex>
  readonly #kept = new Map<string, { readonly state: string; readonly results: Promise<Results> }>()

  constructor(connection: Connection, features: () => Promise<FeatureIndex>) {
    this.#connection = connection
    this.#features = features
  }

  async of(idOrName: string): Promise<Results> {
    const { id } = loadSet(this.#connection, idOrName)
    const index = await this.#features()
    const state = `${this.#newestAnswer()} ${newestVerdict(this.#connection)} ${index.size}`
    const known = this.#kept.get(id)
    if (known?.state === state) return known.results
    const results = resultsOf(this.#connection, id, index)
    this.#kept.set(id, { state, results })
    results.catch(() => this.#kept.delete(id))
    return results
  }

  #newestAnswer(): number {
    const query = sql.selectFrom('answer').select('id').orderBy('id', 'desc').limit(1)
    return this.#connection.first(query)?.id ?? 0
  }
}
