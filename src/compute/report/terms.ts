import type { CorpusTerm } from '../../shared/domain/corpus.ts'
import { comparesInWords } from './aspects.ts'
import { extractFindings } from './findings.ts'
import { lowerAscii } from './text.ts'

/** Names the reading of reports that corpora were counted with: raise it when findings come out otherwise. */
export const EXTRACTOR = 'findings-2'

/**
 * What a report states, sorted: every observation with a positive finding, certain or not, and `comparison` when it
 * compares with an earlier study.
 */
export function termsOf(text: string): readonly CorpusTerm[] {
  const findings = extractFindings(text)
  const terms = new Set<CorpusTerm>()
  for (const { observation, polarity } of findings) if (polarity === 'positive') terms.add(observation)
  if (findings.some((finding) => finding.change !== null) || comparesInWords(lowerAscii(text))) terms.add('comparison')
  return [...terms].sort()
}
