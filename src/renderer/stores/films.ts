import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { ViewerFilm } from '../../shared/contracts/dicom.ts'
import { useServices } from '../services.ts'
import { FilmCache } from '../viewer/filmCache.ts'
import { hang, type Slot } from '../viewer/hanging.ts'
import {
  dragWindow,
  invert,
  openingPresentation,
  windowOfFile,
  type FilmFacts,
  type Presentation,
} from '../viewer/presentation.ts'
import { UPRIGHT, type Orientation } from '../viewer/orientation.ts'
import { WHOLE_FILM, type ViewState } from '../viewer/viewState.ts'
import { useCase } from './case.ts'
import { usePreferences } from './preferences.ts'

/**
 * The films on the wall. Which film hangs where (reference), where the reader looks (view) and how values are
 * shown (presentation) are three things, kept by slot, by slot and by film.
 */
export const useFilms = defineStore('films', () => {
  const services = useServices()
  const cases = useCase()
  const preferences = usePreferences()
  const cache = new FilmCache((hash) => services.dicom.call('film.view', { hash }))
  const lateral = ref(false)
  const single = ref<'current' | 'prior'>('current')
  const views = shallowRef<ReadonlyMap<string, ViewState>>(new Map())
  const presentations = shallowRef<ReadonlyMap<string, Presentation>>(new Map())
  const orientations = shallowRef<ReadonlyMap<string, Orientation>>(new Map())
  const facts = shallowRef<ReadonlyMap<string, FilmFacts>>(new Map())
  const pointed = ref<string | null>(null)

  const rows = computed<Slot[][]>(() =>
    cases.current === null
      ? []
      : hang(cases.current, {
          layout: preferences.values.layout,
          swapped: preferences.values.swapped,
          lateral: lateral.value,
          single: single.value,
        }),
  )
  const slots = computed(() => rows.value.flat())
  /** The slot that keys act on: the one under the pointer, else the first. */
  const active = computed(() => slots.value.find((one) => one.key === pointed.value) ?? slots.value[0] ?? null)

  watch(
    () => cases.current?.id,
    () => {
      views.value = new Map()
      presentations.value = new Map()
      facts.value = new Map()
      single.value = 'current'
    },
  )

  /** A film's pixels, from memory or from the dicom process; sets how it opens. */
  async function load(hash: string): Promise<ViewerFilm> {
    const film = await cache.get(hash)
    const { values: _values, ...rest } = film
    facts.value = new Map(facts.value).set(hash, rest)
    if (!presentations.value.has(hash)) present(hash, openingPresentation(film))
    return film
  }

  function present(hash: string, presentation: Presentation): void {
    presentations.value = new Map(presentations.value).set(hash, presentation)
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
    return preferences.values.linked ? slots.value.filter((other) => other.projection === one.projection) : [one]
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
    change(one, (_from, film) => openingPresentation(film))
  }

  /** Reads films into memory that will be wanted soon; a failure shows when they are. */
  function prefetch(hashes: readonly string[]): void {
    for (const hash of hashes) void cache.get(hash).catch(() => undefined)
  }

  /** One film in place of two, or the other study in the same place. */
  function toggleInPlace(): void {
    if (preferences.values.layout === 'pair') preferences.values.layout = 'single'
    else single.value = single.value === 'current' ? 'prior' : 'current'
  }

  return {
    lateral,
    single,
    rows,
    slots,
    active,
    pointed,
    presentations,
    facts,
    load,
    viewOf,
    orientationOf,
    setView,
    drag,
    invertFilms,
    nextWindow,
    reset,
    prefetch,
    toggleInPlace,
  }
})
