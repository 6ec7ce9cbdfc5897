import type { ModelQuestion } from '../../../shared/contracts/compute.ts'
import { BASELINE } from '../../../shared/domain/intervention.ts'
import { throwIfCancelled } from '../../../shared/errors.ts'
import { keptPositions } from '../../evaluate/keptPositions.ts'
import type { ImageTokens } from '../../maira2/vision.ts'
import type { Reporter } from '../../reporter.ts'

/** A case as a dictionary is measured on it: its prompt and the text the model writes, and the positions that count. */
export interface ReadCase {
  readonly ids: readonly number[]
  readonly images: readonly ImageTokens[]
  readonly promptLength: number
  /** The token mask of the dictionary's training, ascending; see `keptPositions`. */
  readonly kept: readonly number[]
  /** The text's tokens; the first stands at `promptLength`. */
  readonly tokens: readonly string[]
}

/** Lets the model write every case's text and read it after its prompt. */
export async function readCases(
  reporter: Reporter, questions: readonly ModelQuestion[], onCase: (done: number) => void, signal?: AbortSignal,
): Promise<readonly ReadCase[]> {
  const cases: ReadCase[] = []
  for (const question of questions) {
    throwIfCancelled(signal)
    const plain = { ...question, intervention: BASELINE }
    const { tokens } = await reporter.generate(plain, { signal })
    const { ids, images, imageId, boilerplate } = await reporter.promptOf(plain)
    const whole = [...ids, ...tokens.map(({ id }) => id)]
    const kept = keptPositions({ ids: whole, promptLength: ids.length, imageId, boilerplate })
    cases.push({ ids: whole, images, promptLength: ids.length, kept, tokens: tokens.map(({ text }) => text) })
    onCase(cases.length)
  }
  return cases
}

/** The rows [kept, d] of residuals [n, d] at a case's kept positions. */
export function keptRows({ kept }: Pick<ReadCase, 'kept'>, residuals: Float32Array, width: number): Float32Array {
  const rows = new Float32Array(kept.length * width)
  kept.forEach((at, i) => rows.set(residuals.subarray(at * width, (at + 1) * width), i * width))
  return rows
}
