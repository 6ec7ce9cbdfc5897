import type { Measurement } from '../../shared/domain/measurement.ts'

export type Marks = readonly Measurement[]

/** The marks on a case's films, with what they were before and what was undone. */
export interface MarkHistory {
  readonly now: Marks
  readonly past: readonly Marks[]
  readonly future: readonly Marks[]
}

/** How far one can go back. */
const DEPTH = 100

export const startHistory = (now: Marks): MarkHistory => ({ now, past: [], future: [] })

/** The history after a step; what was undone before can no longer be redone. */
export function advanceTo(history: MarkHistory, now: Marks): MarkHistory {
  return now === history.now ? history : { now, past: [...history.past, history.now].slice(-DEPTH), future: [] }
}

/** Null when there is nothing to undo. */
export function undo({ now, past, future }: MarkHistory): MarkHistory | null {
  const before = past.at(-1)
  return before === undefined ? null : { now: before, past: past.slice(0, -1), future: [now, ...future] }
}

/** Null when nothing was undone. */
export function redo({ now, past, future }: MarkHistory): MarkHistory | null {
  const after = future[0]
  return after === undefined ? null : { now: after, past: [...past, now], future: future.slice(1) }
}

export const withMark = (marks: Marks, mark: Measurement): Marks =>
  marks.some((one) => one.id === mark.id) ? marks.map((one) => (one.id === mark.id ? mark : one)) : [...marks, mark]

export const withoutMark = (marks: Marks, id: string): Marks => marks.filter((one) => one.id !== id)

/** What has to be written so that what is kept becomes `to`. */
export function changesBetween(from: Marks, to: Marks): { readonly keep: Marks; readonly remove: readonly string[] } {
  return {
    keep: to.filter((mark) => !from.includes(mark)),
    remove: from.filter((mark) => to.every((other) => other.id !== mark.id)).map((mark) => mark.id),
  }
}
