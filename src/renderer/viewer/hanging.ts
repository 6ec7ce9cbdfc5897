import type { Case, Film, Study } from '../../shared/domain/study.ts'

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
 * The film of a study that hangs under a projection: the one that the model was given while its view fits, else the
 * first whose view does. A view that a reader corrected moves the film, whatever the model was given.
 */
function filmFor(study: Study, projection: Slot['projection'], given: Film | null): Film | null {
  const other = projection === 'frontal' ? 'lateral' : 'frontal'
  const now = study.films.find((film) => film.hash === given?.hash) ?? given
  if (now !== null && now.view !== other) return now
  const unknown = projection === 'frontal' ? study.films.find((film) => film.view === 'unknown') : undefined
  return study.films.find((film) => film.view === projection) ?? unknown ?? null
}

/**
 * The films of a case as they hang, row by row, beside those of an earlier study (its prior unless the reader took
 * another from the strip). Two studies: current beside prior (or one of them), laterals in a row of their own. One
 * study: the frontal, and the lateral beside it. PS3.17 V.3 describes the same wall.
 */
export function hang(of: Case, choice: HangingChoice, priorStudy: Study | null = of.priorStudy): Slot[][] {
  const both = (study: Study, key: Slot['study'], given: readonly [Film | null, Film | null]): readonly [Slot, Slot] => [
    slot(key, 'frontal', filmFor(study, 'frontal', given[0])),
    slot(key, 'lateral', filmFor(study, 'lateral', given[1])),
  ]
  const current = both(of.study, 'current', [of.frontal, of.lateral])
  if (priorStudy === null) return [choice.lateral ? [...current] : [current[0]]]
  const prior = both(priorStudy, 'prior', [priorStudy.uid === of.priorStudy?.uid ? of.prior : null, null])
  if (choice.layout === 'single') {
    const shown = choice.single === 'current' ? current : prior
    return [choice.lateral ? [...shown] : [shown[0]]]
  }
  const studies = choice.swapped ? [prior, current] : [current, prior]
  const rows = choice.lateral ? [0, 1] : [0]
  return rows.map((row) => studies.map((study) => study[row] as Slot))
}

/** What the wall shows, as readers call it. */
export function layoutName(rows: readonly (readonly Slot[])[]): string {
  return `${Math.max(1, rows.length)}×${rows[0]?.length ?? 1}`
}
