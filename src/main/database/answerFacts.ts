import { canonicalJson } from './canonicalJson.ts'
import { sha256 } from './sha256.ts'
import type { AnswerTable } from './tables.ts'

/** An answer's values as the audit keeps them: hashes of what was said, so that the audit names no opinion twice. */
export function answerFacts(
  row: Omit<AnswerTable, 'id' | 'audit_seq'>,
  verdicts: readonly { edit_id: string; value: string; category: string | null; significance: string | null }[],
): unknown {
  const { body, ...rest } = row
  const sorted = verdicts.toSorted((a, b) => (a.edit_id < b.edit_id ? -1 : 1))
  return { ...rest, bodyHash: sha256(body), verdictsHash: sha256(canonicalJson(sorted)) }
}
