import type { Case, Film } from '../../shared/domain/study.ts'

/** A place on the wall: a film of the current or the prior study, or a word on why it is empty. */
export interface Slot {
  readonly key: string
  readonly study: 'current' | 'prior'
  readonly projection: 'frontal' | 'lateral'
  readonly film: Film | null
  readonly absent: string
}

export interface HangingChoice {
  readonly layout: 'pair' | 'single'
  /** True when the prior hangs on the left. */
  readonly swapped: boolean
  readonly lateral: boolean
  /** Which study a single layout shows. */
  readonly single: 'current' | 'prior'
}

function slot(study: Slot['study'], projection: Slot['projection'], film: Film | null): Slot {
  const whose = study === 'current' ? 'this study' : 'the prior study'
  return { key: `${study}-${projection}`, study, projection, film, absent: `No ${projection} film in ${whose}.` }
}

/**
 * The films of a case as they hang, row by row. Two studies: current beside prior (or one of them), laterals
 * in a row of their own. One study: the frontal, and the lateral beside it. PS3.17 V.3 describes the same wall.
 */
export function hang(of: Case, choice: HangingChoice): Slot[][] {
  const priorLateral = of.priorStudy?.films.find((film) => film.view === 'lateral') ?? null
  const current = [slot('current', 'frontal', of.frontal), slot('current', 'lateral', of.lateral)] as const
  if (of.prior === null) return [choice.lateral ? [...current] : [current[0]]]
  const prior = [slot('prior', 'frontal', of.prior), slot('prior', 'lateral', priorLateral)] as const
  if (choice.layout === 'single') {
    const shown = choice.single === 'current' ? current : prior
    return [choice.lateral ? [...shown] : [shown[0]]]
  }
  const studies = choice.swapped ? [prior, current] : [current, prior]
  const rows = choice.lateral ? [0, 1] : [0]
  return rows.map((row) => studies.map((study) => study[row] as Slot))
}
