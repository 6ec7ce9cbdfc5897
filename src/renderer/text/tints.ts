import type { Span } from '../../shared/domain/finding.ts'
import type { GeneratedToken } from '../../shared/domain/generation.ts'

/**
 * How strongly a feature fires on each word: the strongest activation of the tokens that overlap the word, as a share
 * of the feature's maximum (0 where it is not among the features kept with the token).
 */
export function tintsOf(
  words: readonly Span[], tokens: readonly GeneratedToken[], feature: number, maxActivation: number,
): number[] {
  const tints = words.map(() => 0)
  if (maxActivation <= 0) return tints
  for (const token of tokens) {
    const activation = token.features.find((one) => one.feature === feature)?.activation ?? 0
    if (activation <= 0) continue
    words.forEach((word, at) => {
      const overlaps = token.start < word.end && token.start + token.text.length > word.start
      if (overlaps) tints[at] = Math.max(tints[at] as number, activation / maxActivation)
    })
  }
  return tints
}
