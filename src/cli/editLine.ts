import type { Comparison, KeptEdit } from '../shared/contracts/main.ts'
import { correlationInWords } from '../shared/domain/correlationInWords.ts'
import type { Finding } from '../shared/domain/finding.ts'

const MARKS = { added: '+', removed: '-', changed: '~', reworded: '=' } as const

/** An edit in one line: what it is, its words, and the verdict that stands. */
export function editLine({ baseline, steered }: Comparison, { id, edit, rules, reader }: KeptEdit): string {
  const before = sentenceOf(baseline.generation.text, edit.baseline, edit.baselineSpans)
  const after = sentenceOf(steered.generation.text, edit.steered, edit.steeredSpans)
  const words = edit.kind === 'added' ? after : edit.kind === 'removed' ? before : `${before} -> ${after}`
  const { judge, verdict, correlation } = reader ?? rules
  const who = judge.kind === 'rules' ? 'by rule' : `by ${judge.name}`
  const why = correlation === null ? '' : `, ${correlationInWords(correlation)}`
  return `${MARKS[edit.kind]} ${words}  [${verdict.value} ${who}${why}; ${edit.kind}; ${id}]`
}

function sentenceOf(text: string, finding: Finding | null, spans: KeptEdit['edit']['baselineSpans']): string {
  if (finding !== null) return text.slice(finding.sentenceSpan.start, finding.sentenceSpan.end).trim()
  return spans.map((span) => text.slice(span.start, span.end)).join(' … ')
}
