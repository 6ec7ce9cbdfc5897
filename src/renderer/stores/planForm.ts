import type { METHODS, POSITIONS } from '../../shared/domain/intervention.ts'
import { comparesReports, CONTROLS, ReviewPlan, type Control, type ReviewTask } from '../../shared/domain/reviewSet.ts'

/** A plan as it is typed: lists as text apart by commas, shares as per cent. */
export interface PlanForm {
  readonly name: string
  readonly task: ReviewTask
  readonly features: string
  readonly strengths: string
  readonly positions: readonly (typeof POSITIONS)[number][]
  readonly methods: readonly (typeof METHODS)[number][]
  readonly controls: readonly Control[]
  readonly controlPercent: number
  readonly blinded: boolean
  readonly repeatPercent: number
  readonly readers: string
  /** 0: all of them. */
  readonly readersPerItem: number
  readonly arms: number
  readonly washoutDays: number
  readonly seed: number
}

export function emptyForm(seed: number): PlanForm {
  return {
    name: '', task: 'edits', features: '', strengths: '1, 3, 6', positions: ['generated'], methods: ['add'],
    controls: [...CONTROLS], controlPercent: 10, blinded: true, repeatPercent: 10, readers: '', readersPerItem: 0, arms: 1,
    washoutDays: 28, seed,
  }
}

/** The plan that a form makes, or the first thing that is wrong with it. */
export function planOf(
  form: PlanForm, cases: readonly string[],
): { readonly plan: ReviewPlan; readonly wrong: null } | { readonly plan: null; readonly wrong: string } {
  const readers = wordsOf(form.readers)
  const numbers = [...wordsOf(form.features), ...wordsOf(form.strengths)]
  const odd = numbers.find((word) => !Number.isFinite(Number(word)))
  if (odd !== undefined) return { plan: null, wrong: `“${odd}” is not a number.` }
  const parsed = ReviewPlan.safeParse({
    name: form.name, task: form.task, cases: comparesReports(form.task) ? cases : [], readers,
    features: wordsOf(form.features).map(Number), strengths: wordsOf(form.strengths).map(Number),
    positions: form.positions, methods: form.methods, controls: form.controls, controlShare: form.controlPercent / 100,
    blinded: form.blinded, repeatShare: form.repeatPercent / 100,
    readersPerItem: form.readersPerItem === 0 ? Math.max(1, readers.length) : form.readersPerItem,
    arms: form.arms, washoutDays: form.washoutDays, seed: form.seed,
  })
  if (parsed.success) return { plan: parsed.data, wrong: null }
  const issue = parsed.error.issues[0]
  const where = issue?.code === 'custom' || issue?.code === 'too_small' ? '' : `${issue?.path.join('.') ?? ''}: `
  return { plan: null, wrong: `${where}${issue?.message ?? 'The plan is not complete.'}` }
}

function wordsOf(text: string): readonly string[] {
  return text.split(',').map((word) => word.trim()).filter((word) => word !== '')
}
