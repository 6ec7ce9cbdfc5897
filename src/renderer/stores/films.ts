import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import type { ViewerFilm } from '../../shared/contracts/dicom.ts'
import { useServices } from '../services.ts'
import { FilmCache } from '../viewer/filmCache.ts'
import type { Slot } from '../viewer/hanging.ts'
import {
  dragWindow,
  fullRange,
  invert,
  openingPresentation,
  windowOfFile,
  type FilmFacts,
  type Presentation,
} from '../viewer/presentation.ts'
import { UPRIGHT, type Orientation } from '../viewer/orientation.ts'
import { automatic, presetOf, type Preset } from '../viewer/presets.ts'
import { WHOLE_FILM, type ViewState } from '../viewer/viewState.ts'
import { useCase } from './case.ts'
import { useHanging } from './hanging.ts'
import { useLooks } from './looks.ts'
import { usePreferences } from './preferences.ts'

/**
 * How the films on the wall are looked at. Which film hangs where (reference) is the hanging's; where the reader looks
 * (view) and how values are shown (presentation) are two further things, kept by slot and by film.
 */
export const useFilms = defineStore('films', () => {
  const services = useServices()
  const cases = useCase()
  const preferences = usePreferences()
  const hanging = useHanging()
  const looks = useLooks()
  const cache = new FilmCache((source) => {
    const [hash = '', lut = ''] = source.split(' ')
    return services.dicom.call('film.view', { hash, lut: lut === '' ? null : lut === 'none' ? 'none' : Number(lut) })
  })
  /** The VOI LUT of its file that the reader chose for a film. */
  const luts = shallowRef<ReadonlyMap<string, number | 'none'>>(new Map())
  const views = shallowRef<ReadonlyMap<string, ViewState>>(new Map())
  const presentations = shallowRef<ReadonlyMap<string, Presentation>>(new Map())
  const orientations = shallowRef<ReadonlyMap<string, Orientation>>(new Map())
  const facts = shallowRef<ReadonlyMap<string, FilmFacts>>(new Map())
  const loupe = ref(false)

  watch(
    () => cases.current?.id,
    async (caseId) => {
      looks.flush()
      views.value = new Map()
      presentations.value = new Map()
      orientations.value = new Map()
      luts.value = new Map()
      facts.value = new Map()
      const look = caseId === undefined ? null : await looks.ofCase(caseId)
      if (look === null || cases.current?.id !== caseId || views.value.size > 0) return
      views.value = new Map(Object.entries(look.views))
      hanging.lateral = look.lateral
      hanging.single = look.single
      hanging.priorUid = look.priorUid
    },
    { immediate: true },
  )
  watch([views, () => hanging.lateral, () => hanging.single, () => hanging.priorUid], () => {
    const caseId = cases.current?.id
    if (caseId === undefined) return
    const { lateral, single, priorUid } = hanging
    looks.keepCase(caseId, { lateral, single, priorUid, views: Object.fromEntries(views.value) })
  })

  /** What is to be read for a film: its hash, and the LUT where the reader chose one. It changes with the choice. */
  function sourceOf(hash: string): string {
    const lut = luts.value.get(hash)
    return lut === undefined ? hash : `${hash} ${lut}`
  }

  /** A film's pixels, from memory or from the dicom process; sets how it opens, which is how it was left. */
  async function load(hash: string): Promise<ViewerFilm> {
    const first = !facts.value.has(hash)
    const look = first ? await looks.ofFilm(hash) : null
    if (look?.lut != null) luts.value = new Map(luts.value).set(hash, look.lut)
    const film = await cache.get(sourceOf(hash))
    const { values: _values, ...rest } = film
    facts.value = new Map(facts.value).set(hash, rest)
    if (look !== null && !presentations.value.has(hash)) {
      const { window, inverted, source, mirrored, quarterTurns } = look
      presentations.value = new Map(presentations.value).set(hash, { window, inverted, source })
      orientations.value = new Map(orientations.value).set(hash, { mirrored, quarterTurns })
    } else if (!presentations.value.has(hash)) {
      presentations.value = new Map(presentations.value).set(hash, openingPresentation(film))
    }
    return film
  }

  function present(hash: string, presentation: Presentation): void {
    presentations.value = new Map(presentations.value).set(hash, presentation)
    remember(hash)
  }

  /** Keeps how a film is shown, so that it opens like this again. */
  function remember(hash: string): void {
    const shown = presentations.value.get(hash)
    if (shown === undefined) return
    looks.keepFilm(hash, { lut: luts.value.get(hash) ?? null, ...shown, ...orientationOf(hash) })
  }

  function viewOf(one: Slot): ViewState {
    return views.value.get(one.key) ?? WHOLE_FILM
  }

  /** How a film lies on the screen. */
  function orientationOf(hash: string): Orientation {
    return orientations.value.get(hash) ?? UPRIGHT
  }

  /** The slots that move together with one: those of its projection while linked. */
  function together(one: Slot): Slot[] {
    return preferences.values.linked ? hanging.slots.filter((other) => other.projection === one.projection) : [one]
  }

  function setView(one: Slot, view: ViewState): void {
    const next = new Map(views.value)
    for (const other of together(one)) next.set(other.key, view)
    views.value = next
  }

  /** Changes how the films that go together are shown, each from where it is. */
  function change(one: Slot, by: (from: Presentation, film: FilmFacts) => Presentation | null): void {
    for (const { film } of together(one)) {
      const from = film === null ? undefined : presentations.value.get(film.hash)
      const known = film === null ? undefined : facts.value.get(film.hash)
      const to = from === undefined || known === undefined ? null : by(from, known)
      if (film !== null && to !== null) present(film.hash, to)
    }
  }

  const drag = (one: Slot, by: { x: number; y: number }, reach: number, pace = 1): void =>
    change(one, (from, film) => dragWindow(from, film, by, reach, pace))
  const invertFilms = (one: Slot): void => change(one, invert)

  /** Shows a film through another of its file's VOI LUTs, or through none. */
  function chooseLut(hash: string, lut: number | 'none'): void {
    const rest = new Map(presentations.value)
    rest.delete(hash)
    presentations.value = rest
    luts.value = new Map(luts.value).set(hash, lut)
  }

  /** Shows the films that go together under a preset, or under what their pixels suggest. */
  function usePreset(one: Slot, preset: Preset | 'automatic' | 'full' | 'opening'): void {
    change(one, (from, film) => {
      if (preset === 'automatic') return automatic(film, from)
      if (preset === 'full') return { window: fullRange(film), inverted: from.inverted, source: 'Full range' }
      if (preset === 'opening') return { ...openingPresentation(film), inverted: from.inverted }
      return presetOf(preset, film, from)
    })
  }

  /** Shows one film under one of the windows of its file. */
  function chooseWindow(hash: string, index: number): void {
    const film = facts.value.get(hash)
    const next = film === undefined ? null : windowOfFile(film, index)
    if (next !== null) present(hash, { ...next, inverted: presentations.value.get(hash)?.inverted ?? next.inverted })
  }

  /** Turns or mirrors one film; the others hang as they were. */
  function reorient(one: Slot, by: (from: Orientation) => Orientation): void {
    if (one.film === null) return
    orientations.value = new Map(orientations.value).set(one.film.hash, by(orientationOf(one.film.hash)))
    remember(one.film.hash)
  }

  /** Steps through the windows that the film's own file brings. */
  function nextWindow(one: Slot): void {
    change(one, (from, film) => {
      const at = film.windows.findIndex(
        ({ center, width }) => center === from.window.center && width === from.window.width,
      )
      const next = windowOfFile(film, (at + 1) % Math.max(1, film.windows.length))
      return next === null ? null : { ...next, inverted: from.inverted }
    })
  }

  function reset(one: Slot): void {
    setView(one, WHOLE_FILM)
    for (const other of together(one)) reorient(other, () => UPRIGHT)
    change(one, (_from, film) => openingPresentation(film))
  }

  /** Reads films into memory that will be wanted soon; a failure shows when they are. */
  function prefetch(hashes: readonly string[]): void {
    for (const hash of hashes) void cache.get(hash).catch(() => undefined)
  }

  return {
    loupe,
    presentations,
    facts,
    load,
    sourceOf,
    chooseLut,
    chooseWindow,
    usePreset,
    reorient,
    viewOf,
    orientationOf,
    setView,
    drag,
    invertFilms,
    nextWindow,
    reset,
    prefetch,
  }
})
