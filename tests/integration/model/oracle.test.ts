import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ORACLE_CASES, ORACLE_TOKENS } from '../../../scripts/model/oracleCases.ts'
import { TRAINING_FILM } from '../../../scripts/model/phantomFilms.ts'
import { PhantomReader } from '../../../scripts/model/phantomReader.ts'
import { BASELINE } from '../../../src/shared/domain/intervention.ts'
import { EMBEDDED, embeddedIsHere } from './support.ts'

/** Made by training/oracle/embedded.py from the committed weights. */
interface Golden {
  /** sha256 of model.safetensors */
  readonly weights: string
  readonly cases: readonly {
    readonly seed: number
    readonly mode: 'findings' | 'grounded'
    /** sha256 of the prompt's ids as JSON, first 16 digits */
    readonly prompt: string
    /** Greedy ids, the end token included. */
    readonly ids: readonly number[]
    /** The best four logits of every step: id, value. */
    readonly top: readonly (readonly (readonly [number, number])[])[]
  }[]
}

const LOGIT_ERROR = 1e-3

describe.skipIf(!embeddedIsHere())('the embedded model against transformers, on its own weights', () => {
  let golden: Golden
  let reader: PhantomReader
  beforeAll(async () => {
    const path = fileURLToPath(new URL('../../golden/embedded/golden.json', import.meta.url))
    golden = JSON.parse(await readFile(path, 'utf8')) as Golden
    reader = await PhantomReader.open({ ...EMBEDDED, film: TRAINING_FILM })
  })
  afterAll(() => reader.dispose())

  it('is compared on the weights that the golden was made from', async () => {
    const weights = await readFile(join(EMBEDDED.modelDir, 'model.safetensors'))
    expect(createHash('sha256').update(weights).digest('hex')).toBe(golden.weights)
    expect(golden.cases.map(({ seed, mode }) => ({ seed, mode }))).toEqual(ORACLE_CASES)
  })

  it('writes the same text with the same logits for 50 phantoms', async () => {
    for (const { seed, mode, prompt, ids, top } of golden.cases) {
      const asked = await reader.asked(seed, mode)
      expect(createHash('sha256').update(JSON.stringify(asked.ids)).digest('hex').slice(0, 16)).toBe(prompt)
      const { tokens, logits } = await reader.generate(seed, mode, BASELINE, ORACLE_TOKENS)
      // Our list of tokens leaves out the end token, the logits do not.
      expect([...tokens.map((token) => token.id), 2].slice(0, ORACLE_TOKENS), `phantom ${seed}`).toEqual(ids)
      const errors = top.flatMap((best, step) => best.map(([id, value]) => {
        const own = logits[step]?.[id] ?? Infinity
        return Math.abs(own - value)
      }))
      expect(Math.max(...errors), `phantom ${seed}`).toBeLessThan(LOGIT_ERROR)
    }
  }, 300_000)
})
