import type { BundleComparison, BundleVerdict } from './bundle.ts'
import { csvRecord } from './csv.ts'

type Edit = BundleComparison['edits'][number]
type Cell = (comparison: BundleComparison, edit: Edit, verdict: BundleVerdict) => string

/** The columns of verdicts.csv: a name, what it says, and the cell. Empty where nothing applies. */
export const COLUMNS: readonly { readonly name: string; readonly about: string; readonly cell: Cell }[] = [
  { name: 'case', about: 'id of the case', cell: (c) => c.case.id },
  { name: 'patient', about: 'Patient ID (0010,0020)', cell: (c) => c.case.patientId },
  { name: 'study_uid', about: 'Study Instance UID', cell: (c) => c.case.studyUid },
  { name: 'study_date', about: 'study date, YYYY-MM-DD', cell: (c) => c.case.studyDate ?? '' },
  { name: 'phantom', about: 'true for a drawn film', cell: (c) => String(c.case.phantom) },
  { name: 'comparison', about: 'id of the comparison', cell: (c) => c.id },
  { name: 'mode', about: 'findings or grounded', cell: (c) => c.steered.provenance.mode },
  { name: 'features', about: 'feature@strength, several apart by ;', cell: (c) => features(c) },
  { name: 'method', about: 'add or ablate', cell: (c) => c.steered.provenance.intervention.method },
  { name: 'positions', about: 'generated or all', cell: (c) => c.steered.provenance.intervention.positions },
  { name: 'edit', about: 'id of the edit', cell: (_, e) => e.id },
  { name: 'edit_kind', about: 'added, removed, changed or reworded', cell: (_, e) => e.edit.kind },
  { name: 'aspects', about: 'what changed, several apart by ;', cell: (_, e) => e.edit.aspects.join(';') },
  { name: 'observation', about: 'what the finding is about', cell: (_, e) => finding(e)?.observation ?? '' },
  { name: 'baseline_sentence', about: 'the words without steering', cell: (c, e) => sentence(c.baseline.text, e.edit.baseline) },
  { name: 'steered_sentence', about: 'the words when steered', cell: (c, e) => sentence(c.steered.text, e.edit.steered) },
  { name: 'judge_kind', about: 'rules, model or reader', cell: (_c, _e, v) => v.judge.kind },
  { name: 'judge', about: 'name of the judge', cell: (_c, _e, v) => v.judge.name },
  { name: 'verdict', about: 'on-target, off-target, neutral or withdrawn', cell: (_c, _e, v) => v.verdict?.value ?? 'withdrawn' },
  { name: 'category', about: 'ReXVal category of an off-target edit', cell: (_c, _e, v) => v.verdict?.category ?? '' },
  { name: 'significance', about: 'clinical significance', cell: (_c, _e, v) => v.verdict?.significance ?? '' },
  { name: 'standing', about: 'true for the newest row of a judge on an edit', cell: (_, e, v) => String(stands(e, v)) },
  { name: 'note', about: "the reader's note", cell: (_c, _e, v) => v.verdict?.note ?? '' },
  { name: 'reason', about: 'why the rules judged so', cell: (_c, _e, v) => v.reason },
  { name: 'explained', about: 'correlated or unexplained, of an off-target edit by rule', cell: (_c, _e, v) => v.correlation?.mark ?? '' },
  { name: 'lift', about: 'how much more often than by chance it goes with the target', cell: (_c, _e, v) => number(v.correlation?.counts?.lift) },
  { name: 'lift_low', about: 'lower end of its 95 % interval', cell: (_c, _e, v) => number(v.correlation?.counts?.low) },
  { name: 'lift_high', about: 'upper end of its 95 % interval', cell: (_c, _e, v) => number(v.correlation?.counts?.high) },
  { name: 'recorded_at', about: 'time, UTC', cell: (_c, _e, v) => v.createdAt },
  { name: 'model', about: 'SHA-256 of the model', cell: (c) => c.steered.provenance.modelHash },
  { name: 'dictionary', about: 'SHA-256 of the dictionary', cell: (c) => c.steered.provenance.dictionaryHash },
]

/** The header of verdicts.csv. */
export function csvHeader(): string {
  return csvRecord(COLUMNS.map((column) => column.name))
}

/** The rows of a comparison: one for every verdict ever given on its edits, in the order they were given. */
export function csvRows(comparison: BundleComparison): string {
  return comparison.edits
    .flatMap((edit) => edit.verdicts.map((v) => csvRecord(COLUMNS.map(({ cell }) => cell(comparison, edit, v)))))
    .join('')
}

const number = (value: number | null | undefined): string => (value == null ? '' : value.toPrecision(4))

function features(comparison: BundleComparison): string {
  const { terms } = comparison.steered.provenance.intervention
  return terms.map((term) => `${term.feature}@${term.strength}`).join(';')
}

function finding(edit: Edit): Edit['edit']['steered'] {
  return edit.edit.steered ?? edit.edit.baseline
}

function sentence(text: string, side: Edit['edit']['steered']): string {
  return side === null ? '' : text.slice(side.sentenceSpan.start, side.sentenceSpan.end)
}

function stands(edit: Edit, verdict: BundleVerdict): boolean {
  const { kind, name } = verdict.judge
  return edit.verdicts.findLast(({ judge }) => judge.kind === kind && judge.name === name) === verdict
}
