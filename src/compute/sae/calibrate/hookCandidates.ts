import type { HookSetting } from '../../../shared/domain/dictionary.ts'

/** Blocks to either side of the one a dictionary says it reads: counting from 0 or 1, before or after the block. */
const REACH = 1

/** The blocks a dictionary may really read, the one it says first; all of them can be hooked. */
export function candidateLayers(told: number, layers: number): readonly number[] {
  const around = Array.from({ length: 2 * REACH + 1 }, (_, i) => told - REACH + i)
  const possible = around.filter((layer) => layer >= 0 && layer <= layers - 2)
  return possible.sort((a, b) => Math.abs(a - told) - Math.abs(b - told) || a - b)
}

/**
 * What residuals may have been divided by before the dictionary saw them: nothing, as dictionary_learning saves it;
 * what its training says; the factor that makes their mean squared length 1 (dictionary_learning while it trains); and
 * the one that makes it d.
 * @param meanSquare mean squared length of the residuals at the block
 */
export function candidateFactors(meanSquare: number, width: number, trained: number | null): readonly number[] {
  const unit = Math.sqrt(meanSquare)
  const factors = [1, ...(trained === null ? [] : [trained]), rounded(unit), rounded(unit / Math.sqrt(width))]
  return [...new Set(factors.filter((factor) => factor > 0 && Number.isFinite(factor)))]
}

/** Whether two hooks are the same. */
export function sameHook(a: HookSetting, b: HookSetting): boolean {
  return a.layer === b.layer && a.normFactor === b.normFactor
}

/** A factor that a reader can write down and give back. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
