import type { Comparison, KeptEdit, KeptGeneration } from '../../../src/shared/contracts/main.ts'
import { HilumError } from '../../../src/shared/errors.ts'

/** By case. */
const history = new Map<string, { baseline: KeptGeneration | null; grounded: null; comparisons: Comparison[] }>()

/** What is kept for a case. */
export const keptOf = (caseId: string) => {
  const found = history.get(caseId) ?? { baseline: null, grounded: null, comparisons: [] }
  history.set(caseId, found)
  return found
}

/** Sets or takes back the reader's verdict on an edit. */
export function change(editId: string, reader: KeptEdit['reader']): KeptEdit {
  for (const { comparisons } of history.values()) {
    for (const [at, one] of comparisons.entries()) {
      const edit = one.edits.find((candidate) => candidate.id === editId)
      if (edit === undefined) continue
      const kept = { ...edit, reader }
      comparisons[at] = { ...one, edits: one.edits.map((other) => (other.id === editId ? kept : other)) }
      return kept
    }
  }
  throw new HilumError('not-found', `There is no edit ${editId}.`)
}
