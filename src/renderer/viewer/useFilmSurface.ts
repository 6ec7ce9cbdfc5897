import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { ViewerFilm } from '../../shared/contracts/dicom.ts'
import { toErrorData } from '../../shared/errors.ts'
import { useFilms } from '../stores/films.ts'
import type { FilmSurface } from './filmSurface.ts'
import type { Slot } from './hanging.ts'
import { UPRIGHT } from './orientation.ts'
import { layoutOf, type Layout, type Stage } from './stage.ts'
import type { Size } from './viewState.ts'

/** A film on a pane: loaded, drawn, and drawn again whenever view, presentation, orientation or size change. */
export interface ShownFilm {
  readonly film: ShallowRef<ViewerFilm | null>
  readonly problem: Ref<{ readonly text: string; readonly mend: string | null } | null>
  readonly stage: Ref<Stage>
  /** How the drawing is laid out by CSS. */
  readonly layout: Ref<Layout>
  /** Loads and draws anew, as a retry. */
  show(): Promise<void>
}

/** Keeps the film of a slot drawn in `host`, which lies in `frame`, for as long as the calling component lives. */
export function useFilmSurface(
  place: () => Slot, frame: Ref<HTMLElement | null>, host: Ref<HTMLDivElement | null>,
): ShownFilm {
  const films = useFilms()
  const film = shallowRef<ViewerFilm | null>(null)
  const problem = ref<{ text: string; mend: string | null } | null>(null)
  const canvas = ref<Size>({ width: 1, height: 1 })
  let surface: FilmSurface | null = null
  let asked = 0

  const presentation = computed(() => (film.value === null ? null : (films.presentations.get(film.value.hash) ?? null)))
  const stage = computed<Stage>(() => ({
    film: { width: film.value?.columns ?? 1, height: film.value?.rows ?? 1 },
    canvas: canvas.value,
    view: films.viewOf(place()),
    orientation: film.value === null ? UPRIGHT : films.orientationOf(film.value.hash),
  }))
  const layout = computed(() => layoutOf(stage.value))

  async function show(): Promise<void> {
    const mine = (asked += 1)
    problem.value = null
    const hash = place().film?.hash
    if (hash === undefined) {
      film.value = null
      await surface?.show(null, layout.value.view, null)
      return
    }
    try {
      const found = await films.load(hash)
      if (mine !== asked || host.value === null) return
      if (surface === null) {
        // Loaded with the first film: the worklist comes up without it.
        const { openCornerstoneSurface } = await import('./cornerstoneSurface.ts')
        if (mine !== asked || host.value === null) return
        surface ??= openCornerstoneSurface(host.value)
      }
      film.value = found
      await surface.show(found, layout.value.view, presentation.value)
    } catch (thrown) {
      if (mine !== asked) return
      const { message, mend } = toErrorData(thrown)
      film.value = null
      problem.value = { text: message, mend }
    }
  }

  watch(() => films.sourceOf(place().film?.hash ?? ''), () => void show())
  watch([() => layout.value.view, presentation], () => {
    if (presentation.value !== null && film.value !== null) surface?.draw(layout.value.view, presentation.value)
  })
  // The drawing's own size changes with a quarter turn; the surface is told once the page has laid it out.
  watch(() => `${layout.value.size.width} ${layout.value.size.height}`, () => surface?.resize(), { flush: 'post' })

  let observer: ResizeObserver | null = null
  onMounted(() => {
    observer = new ResizeObserver(() => {
      const { clientWidth = 1, clientHeight = 1 } = frame.value ?? {}
      canvas.value = { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) }
    })
    if (frame.value !== null) observer.observe(frame.value)
    void show()
  })
  onBeforeUnmount(() => {
    asked += 1
    observer?.disconnect()
    surface?.dispose()
  })

  return { film, problem, stage, layout, show }
}
