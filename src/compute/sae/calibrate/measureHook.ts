import type { HookEvidence, HookSetting } from '../../../shared/domain/dictionary.ts'
import { Reconstruction } from '../../evaluate/reconstruction.ts'
import type { Dictionary } from '../dictionary.ts'

/** Rows encoded at a time: bounds the dense activations held in memory. */
const STEP = 128

/**
 * How well a dictionary rebuilds residuals [n, d] of a block when they are divided by a factor first. Both measures are
 * the same on either side of the division.
 */
export async function measureHook(
  dictionary: Dictionary, residuals: Float32Array, hook: HookSetting,
): Promise<HookEvidence> {
  const { width } = dictionary
  const sums = new Reconstruction(width)
  for (let at = 0; at < residuals.length; at += STEP * width) {
    const rows = residuals.slice(at, at + STEP * width).map((value) => value / hook.normFactor)
    const codes = await dictionary.encode(rows)
    sums.add(rows, dictionary.decode(codes, rows), codes)
  }
  return { hook, meanActive: sums.meanActive, unexplainedVariance: sums.unexplainedVariance }
}

/** Mean squared length of rows [n, d]. */
export function meanSquaredLength(rows: Float32Array, width: number): number {
  let squares = 0
  for (const value of rows) squares += value * value
  return squares / (rows.length / width)
}
