import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { POINT_COUNT, type Measurement, type MeasurementKind } from '../../shared/domain/measurement.ts'
import {
  advanceTo, changesBetween, redo as redone, startHistory, undo as undone, withMark, withoutMark, type MarkHistory,
} from '../measure/history.ts'
import { scaleOfFilm, type Scale } from '../measure/scale.ts'
import { useServices } from '../services.ts'
import type { FilmFacts } from '../viewer/presentation.ts'
import type { Point } from '../viewer/viewState.ts'
import { useCase } from './case.ts'
import { useNotices } from './notices.ts'

/** A measurement that is being drawn: the points that stand, and where the next one would come. */
export interface Draft {
  readonly filmHash: string
  readonly kind: MeasurementKind
  readonly points: readonly Point[]
  readonly cursor: Point
}

/** The measurements on a case's films: the tool in hand, what is drawn, what is kept, and the way back. */
export const useMeasurements = defineStore('measurements', () => {
  const services = useServices()
  const notices = useNotices()
  const cases = useCase()
  const tool = ref<MeasurementKind | null>(null)
  const draft = shallowRef<Draft | null>(null)
  /** A drawn arrow or calibration line that waits for its words or its length. */
  const asking = shallowRef<Measurement | null>(null)
  const selected = ref<string | null>(null)
  /** A mark while it is dragged, before that is a step of its own. */
  const dragged = shallowRef<Measurement | null>(null)
  const history = shallowRef<MarkHistory>(startHistory([]))
  let saving: Promise<void> = Promise.resolve()

  const marks = computed(() =>
    dragged.value === null ? history.value.now : withMark(history.value.now, dragged.value))

  watch(
    () => cases.current?.id,
    async (caseId) => {
      history.value = startHistory([])
      drop()
      selected.value = null
      if (caseId === undefined) return
      const kept = await notices.attempt(() => services.main.call('measurement.list', { caseId }))
      if (kept !== undefined && cases.current?.id === caseId) history.value = startHistory(kept)
    },
    { immediate: true },
  )

  function marksOn(filmHash: string): readonly Measurement[] {
    return marks.value.filter((mark) => mark.filmHash === filmHash)
  }

  /** The calibration line of a film that counts: the newest. */
  function calibrationOf(filmHash: string): Measurement | null {
    return marksOn(filmHash).findLast((mark) => mark.kind === 'calibration') ?? null
  }

  function scaleOf(film: Pick<FilmFacts, 'hash' | 'spacing'>): Scale {
    return scaleOfFilm(film.spacing, calibrationOf(film.hash))
  }

  /** Takes a tool into the hand, or puts it away when it is there already. */
  function take(kind: MeasurementKind | null): void {
    drop()
    tool.value = tool.value === kind ? null : kind
  }

  /** Lets go of what is being drawn; returns whether there was anything, or a tool in the hand. */
  function drop(): boolean {
    const had = draft.value !== null || asking.value !== null
    draft.value = null
    asking.value = null
    if (!had && tool.value !== null) {
      tool.value = null
      return true
    }
    return had
  }

  /** Shows where the next point would come. */
  function point(filmHash: string, at: Point): void {
    if (tool.value === null || asking.value !== null) return
    const kind = tool.value
    draft.value =
      draft.value?.filmHash === filmHash && draft.value.kind === kind
        ? { ...draft.value, cursor: at }
        : { filmHash, kind, points: [], cursor: at }
  }

  /** Places a point. The last one finishes the measurement and puts the tool away. */
  function place(filmHash: string, at: Point): void {
    point(filmHash, at)
    const now = draft.value
    if (now === null || now.filmHash !== filmHash) return
    const points = [...now.points, at]
    if (points.length < POINT_COUNT[now.kind]) {
      draft.value = { ...now, points }
      return
    }
    const mark: Measurement = {
      id: crypto.randomUUID(), filmHash, kind: now.kind, points, text: '', millimetres: null,
    }
    draft.value = null
    tool.value = null
    if (mark.kind === 'arrow' || mark.kind === 'calibration') asking.value = mark
    else add(mark)
  }

  /** Answers what a drawn mark waited for: an arrow's words, or a calibration line's length in mm. */
  function answer(reply: { readonly text: string } | { readonly millimetres: number }): void {
    const mark = asking.value
    asking.value = null
    if (mark !== null) add({ ...mark, ...reply })
  }

  function add(mark: Measurement): void {
    const others = history.value.now.filter(
      (one) => !(mark.kind === 'calibration' && one.kind === 'calibration' && one.filmHash === mark.filmHash),
    )
    step([...others, mark])
    selected.value = mark.id
  }

  function step(now: readonly Measurement[]): void {
    turnTo(advanceTo(history.value, now))
  }

  /** Writes the difference; what cannot be written stays on the screen and the reader is told. */
  function turnTo(next: MarkHistory | null): void {
    const caseId = cases.current?.id
    if (next === null || caseId === undefined) return
    const { keep, remove } = changesBetween(history.value.now, next.now)
    history.value = next
    saving = saving.then(async () => {
      await notices.attempt(async () => {
        for (const measurement of keep) await services.main.call('measurement.keep', { caseId, measurement })
        for (const id of remove) await services.main.call('measurement.remove', { caseId, id })
      })
    })
  }

  /** Moves a mark while the pointer is down; `settleDrag` makes a step of it. */
  function drag(mark: Measurement): void {
    dragged.value = mark
    selected.value = mark.id
  }

  function settleDrag(): void {
    const mark = dragged.value
    dragged.value = null
    if (mark !== null) step(withMark(history.value.now, mark))
  }

  /** Selects the next mark of the films given, round and round. */
  function selectNext(filmHashes: readonly string[]): void {
    const all = history.value.now.filter((mark) => filmHashes.includes(mark.filmHash))
    const at = all.findIndex((mark) => mark.id === selected.value)
    selected.value = all[(at + 1) % Math.max(1, all.length)]?.id ?? null
  }

  function removeSelected(): void {
    if (selected.value === null) return
    step(withoutMark(history.value.now, selected.value))
    selected.value = null
  }

  return {
    tool,
    draft,
    asking,
    selected,
    dragged,
    marks,
    marksOn,
    calibrationOf,
    scaleOf,
    take,
    drop,
    point,
    place,
    answer,
    drag,
    settleDrag,
    selectNext,
    removeSelected,
    undo: () => turnTo(undone(history.value)),
    redo: () => turnTo(redone(history.value)),
    /** Resolves when everything drawn so far is kept. */
    settled: () => saving,
  }
})
