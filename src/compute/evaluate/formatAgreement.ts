import type { Finding } from '../../shared/domain/finding.ts'
import type { FormatMeasurement } from '../../shared/domain/model.ts'

/** One case under fp32 and under another format. */
export interface FormatPair {
  /** Findings of the text that each wrote. */
  readonly findings: readonly Finding[]
  readonly otherFindings: readonly Finding[]
  /** The tokens of fp32's own text, in order. */
  readonly tokens: readonly number[]
  /** Logits of the positions that choose those tokens, [tokens, vocabulary], both after fp32's own text so far. */
  readonly logits: Float32Array
  readonly otherLogits: Float32Array
}

/**
 * How a format's logits and texts agree with fp32's. Logits are compared along fp32's own texts, so that one other
 * word does not make everything after it another comparison.
 * @throws RangeError without a token to compare
 */
export function formatAgreement(
  pairs: readonly FormatPair[],
): Omit<FormatMeasurement, 'modelHash' | 'format' | 'command'> {
  let largestLogitError = 0
  let same = 0
  let tokens = 0
  let logRatio = 0
  let alike = 0
  let stated = 0
  for (const pair of pairs) {
    const vocabulary = pair.logits.length / Math.max(1, pair.tokens.length)
    for (const [i, token] of pair.tokens.entries()) {
      const row = pair.logits.subarray(i * vocabulary, (i + 1) * vocabulary)
      const other = pair.otherLogits.subarray(i * vocabulary, (i + 1) * vocabulary)
      for (let j = 0; j < row.length; j++) {
        largestLogitError = Math.max(largestLogitError, Math.abs((row[j] as number) - (other[j] as number)))
      }
      if (largest(row) === largest(other)) same++
      logRatio += logProbability(row, token) - logProbability(other, token)
      tokens++
    }
    const [mine, theirs] = [pair.findings, pair.otherFindings].map((findings) => new Set(findings.map(keyOf)))
    stated += new Set([...mine!, ...theirs!]).size
    alike += [...mine!].filter((key) => theirs!.has(key)).length
  }
  if (tokens === 0) throw new RangeError('No token to compare.')
  return {
    cases: pairs.length,
    largestLogitError,
    topOneAgreement: same / tokens,
    perplexityRatio: Math.exp(logRatio / tokens),
    findingAgreement: stated === 0 ? 1 : alike / stated,
  }
}

/** Everything that a finding says; the words it is said in do not count. */
function keyOf(finding: Finding): string {
  const { observation, polarity, certainty, severity, laterality, location, change, placement } = finding
  return [observation, polarity, certainty, severity, laterality, location, change, placement].join(' ')
}

function largest(row: Float32Array): number {
  let best = 0
  for (let i = 1; i < row.length; i++) if ((row[i] as number) > (row[best] as number)) best = i
  return best
}

function logProbability(row: Float32Array, token: number): number {
  const top = row[largest(row)] as number
  let sum = 0
  for (const logit of row) sum += Math.exp(logit - top)
  return (row[token] as number) - top - Math.log(sum)
}
