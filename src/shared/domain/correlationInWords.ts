import type { Correlation, CorpusTerm } from './corpus.ts'

const named = (term: CorpusTerm): string => term.replaceAll('-', ' ')

/**
 * Why an off-target edit counts as correlated or unexplained, with its numbers: `correlated: atelectasis goes with
 * pleural effusion in 34 of 80 reports, lift 2.1 (1.6–2.8)`. The interval is of 95 %.
 */
export function correlationInWords({ mark, term, target, counts }: Correlation): string {
  if (counts === null) return `${mark}: ${named(term)} is what the feature names, and moved otherwise`
  const { together, withTarget, withTerm, lift, low, high } = counts
  const aim = target.map(named).join(' or ')
  if (lift === null || low === null || high === null) {
    return `${mark}: no report states ${withTarget === 0 ? aim : withTerm === 0 ? named(term) : 'both'}`
  }
  const numbers = `in ${together} of ${withTarget} reports, lift ${short(lift)} (${short(low)}–${short(high)})`
  const how = low > 1 ? 'goes with' : high < 1 ? 'avoids' : 'comes with'
  return `${mark}: ${named(term)} ${how} ${aim} ${numbers}`
}

const short = (value: number): string => value.toFixed(value >= 10 ? 0 : value >= 1 ? 1 : 2)
