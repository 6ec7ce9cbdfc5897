import { sql as fragment } from 'kysely'
import { wilsonShare } from '../../../compute/evaluate/agreement/share.ts'
import { RULES_JUDGE, type Effect, type EffectRow } from '../../../shared/domain/results.ts'
import type { Control } from '../../../shared/domain/reviewSet.ts'
import { sql, type Connection } from '../../database/connection.ts'

/** How often one judge found one effect under one feature, strength and control. */
export interface EffectCount {
  readonly judge: string
  readonly feature: number
  readonly strength: number | null
  readonly control: Control | null
  readonly effect: Effect
  readonly n: number
}

interface Flags {
  readonly onTarget: number | null
  readonly offTarget: number | null
}

/** The effect that verdicts on a report's edits add up to; both flags are null where there is no edit. */
export function effectOf({ onTarget, offTarget }: Flags): Effect {
  if (onTarget === null || offTarget === null) return 'unchanged'
  if (onTarget === 1) return offTarget === 1 ? 'both' : 'on-target'
  return offTarget === 1 ? 'off-target' : 'reworded'
}

/** Whether any verdict of a group is on-target, or off-target: 0, 1, or null for an empty group. */
export const FLAGS = [
  fragment<number>`max(value = 'on-target')`.as('onTarget'),
  fragment<number>`max(value = 'off-target')`.as('offTarget'),
] as const

/** The rules' standing verdicts: the newest on each edit of a set. */
export function standingRules(setId: string) {
  return sql.selectFrom('review_item')
    .innerJoin('review_outcome', 'review_outcome.item_id', 'review_item.id')
    .innerJoin('edit', 'edit.comparison_id', 'review_outcome.comparison_id')
    .innerJoin('verdict', 'verdict.edit_id', 'edit.id')
    .where('review_item.set_id', '=', setId).where('verdict.judge_kind', '=', 'rules')
    .where((where) => where.not(where.exists(
      where.selectFrom('verdict as later').select('later.id').whereRef('later.edit_id', '=', 'edit.id')
        .where('later.judge_kind', '=', 'rules').whereRef('later.id', '>', 'verdict.id'),
    )))
}

/** Effects of a set's items as its readers judged them the first time, and as the rules do. */
export function countEffects(connection: Connection, setId: string): readonly EffectCount[] {
  const judged = sql.selectFrom('answer_verdict').innerJoin('answer', 'answer.id', 'answer_verdict.answer_id')
    .select(['answer_id', ...FLAGS]).where('answer.set_id', '=', setId).groupBy('answer_id')
  const byReaders = sql.selectFrom('answer')
    .innerJoin('reader', 'reader.id', 'answer.reader_id')
    .innerJoin('review_item', 'review_item.id', 'answer.item_id')
    .leftJoin(judged.as('judged'), 'judged.answer_id', 'answer.id')
    .select(['reader.name as judge', 'feature', 'strength', 'control', 'onTarget', 'offTarget'])
    .select((select) => select.fn.countAll<number>().as('n'))
    .where('answer.set_id', '=', setId).where('occurrence', '=', 1)
    .groupBy(['reader.name', 'feature', 'strength', 'control', 'onTarget', 'offTarget'])
  const ruled = standingRules(setId).select(['review_item.id as item_id', ...FLAGS]).groupBy('review_item.id')
  const byRules = sql.selectFrom('review_item')
    .innerJoin('review_outcome', 'review_outcome.item_id', 'review_item.id')
    .leftJoin(ruled.as('ruled'), 'ruled.item_id', 'review_item.id')
    .select(['feature', 'strength', 'control', 'onTarget', 'offTarget'])
    .select((select) => select.fn.countAll<number>().as('n'))
    .where('review_item.set_id', '=', setId)
    // The rules judged a stand-in by its own target, not by the one that is shown.
    .where((where) => where.or([where('control', 'is', null), where('control', '!=', 'orthogonal')]))
    .groupBy(['feature', 'strength', 'control', 'onTarget', 'offTarget'])
  const rows = [
    ...connection.all(byRules).map((row) => ({ ...row, judge: RULES_JUDGE })),
    ...connection.all(byReaders),
  ]
  return rows.map(({ onTarget, offTarget, control, ...row }) => (
    { ...row, control: control as Control | null, effect: effectOf({ onTarget, offTarget }) }))
}

/** Folds counts into rows that have the same `keys`; the other fields of a row are null. */
export function effectRows(
  counts: readonly EffectCount[], keys: readonly ('feature' | 'strength' | 'control')[],
): readonly EffectRow[] {
  const groups = Map.groupBy(counts, (row) => [row.judge, ...keys.map((key) => row[key])].join('\n'))
  return [...groups.values()].map((rows) => {
    const first = rows[0]!
    const of = (...effects: readonly Effect[]): number =>
      rows.filter((row) => effects.includes(row.effect)).reduce((sum, row) => sum + row.n, 0)
    const total = rows.reduce((sum, row) => sum + row.n, 0)
    return {
      judge: first.judge,
      feature: keys.includes('feature') ? first.feature : null,
      strength: keys.includes('strength') ? first.strength : null,
      control: keys.includes('control') ? first.control : null,
      counts: {
        unchanged: of('unchanged'), reworded: of('reworded'), 'on-target': of('on-target'), both: of('both'),
        'off-target': of('off-target'),
      },
      success: wilsonShare(of('on-target', 'both'), total),
      harm: wilsonShare(of('off-target', 'both'), total),
      unchanged: wilsonShare(of('unchanged'), total),
    }
  })
}
