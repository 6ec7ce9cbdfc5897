import { cache, Enums, init, RenderingEngine, type StackViewport } from '@cornerstonejs/core'
import type { ViewerFilm } from '../../shared/contracts/dicom.ts'
import { holdFilm, registerLoader, releaseFilm } from './cornerstoneLoader.ts'
import type { FilmSurface } from './filmSurface.ts'
import { boundsOf } from './grey.ts'
import type { Presentation } from './presentation.ts'
import { levelFor } from './pyramid.ts'
import { scaleOf, type Size, type ViewState } from './viewState.ts'

const CACHE_BYTES = 512 * 2 ** 20
/** WebGL contexts that the films share; each costs memory and start-up time, more so in software. */
const CONTEXTS = 2
const FUNCTIONS = {
  LINEAR: Enums.VOILUTFunctionType.LINEAR,
  LINEAR_EXACT: Enums.VOILUTFunctionType.LINEAR_EXACT,
  SIGMOID: Enums.VOILUTFunctionType.SAMPLED_SIGMOID,
} as const

let engine: RenderingEngine | null = null
let count = 0

function sharedEngine(): RenderingEngine {
  if (engine === null) {
    init({ rendering: { webGlContextCount: CONTEXTS } } as Parameters<typeof init>[0])
    cache.setMaxCacheSize(CACHE_BYTES)
    registerLoader()
    engine = new RenderingEngine('hilum')
  }
  return engine
}

/**
 * A film drawn by a stack viewport of cornerstone3D. Cornerstone is given the camera and the bounds of the
 * window outright; its own ideas of either (reset, VOI from the file) are not used.
 */
export class CornerstoneSurface implements FilmSurface {
  readonly #element: HTMLDivElement
  readonly #id = `film-${(count += 1)}`
  readonly #engine = sharedEngine()
  #film: ViewerFilm | null = null
  #levels: readonly string[] = []
  #level = -1
  #shows = 0
  #frame = 0
  #wanted: { view: ViewState; presentation: Presentation } | null = null

  constructor(element: HTMLDivElement) {
    this.#element = element
    this.#engine.enableElement({
      viewportId: this.#id,
      type: Enums.ViewportType.STACK,
      element,
      defaultOptions: { background: [0, 0, 0] },
    })
  }

  get #viewport(): StackViewport {
    return this.#engine.getViewport(this.#id) as StackViewport
  }

  async show(film: ViewerFilm | null, view: ViewState, presentation: Presentation | null): Promise<void> {
    const mine = (this.#shows += 1)
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    if (this.#film !== null) releaseFilm(this.#film)
    this.#film = film
    this.#level = -1
    if (film === null || presentation === null) {
      this.#levels = []
      this.#wanted = null
      this.#element.style.visibility = 'hidden'
      return
    }
    this.#wanted = { view, presentation }
    this.#levels = holdFilm(film)
    const level = this.#levelOf(view, film)
    await this.#viewport.setStack([...this.#levels], level)
    if (mine !== this.#shows) return
    this.#level = level
    this.#element.style.visibility = 'visible'
    this.#render(film, this.#wanted.view, this.#wanted.presentation)
  }

  draw(view: ViewState, presentation: Presentation): void {
    this.#wanted = { view, presentation }
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => void this.#drawWanted())
  }

  async #drawWanted(): Promise<void> {
    this.#frame = 0
    const film = this.#film
    const shows = this.#shows
    if (this.#wanted === null || film === null || this.#level < 0) return
    const { view, presentation } = this.#wanted
    const level = this.#levelOf(view, film)
    if (level !== this.#level) {
      this.#level = level
      await this.#viewport.setImageIdIndex(level)
      if (shows !== this.#shows) return
    }
    this.#render(film, view, presentation)
  }

  #canvasSize(): Size {
    return { width: Math.max(1, this.#element.clientWidth), height: Math.max(1, this.#element.clientHeight) }
  }

  #levelOf(view: ViewState, film: ViewerFilm): number {
    const scale = scaleOf(view, { width: film.columns, height: film.rows }, this.#canvasSize())
    return levelFor(scale * window.devicePixelRatio, this.#levels.length)
  }

  #render(film: ViewerFilm, view: ViewState, presentation: Presentation): void {
    const canvas = this.#canvasSize()
    const scale = scaleOf(view, { width: film.columns, height: film.rows }, canvas)
    // World units are film pixels counted from the middle of the first one.
    const x = view.centerX * film.columns - 0.5
    const y = view.centerY * film.rows - 0.5
    const viewport = this.#viewport
    viewport.setProperties({
      voiRange: boundsOf(presentation.window),
      VOILUTFunction: FUNCTIONS[presentation.window.shape],
      invert: presentation.inverted,
    })
    const { position, focalPoint } = viewport.getCamera()
    const away = (position?.[2] ?? -1) - (focalPoint?.[2] ?? 0)
    viewport.setCamera({ focalPoint: [x, y, 0], position: [x, y, away], parallelScale: canvas.height / scale / 2 })
    viewport.render()
  }

  resize(): void {
    this.#engine.resize(true, true)
    if (this.#wanted !== null) this.draw(this.#wanted.view, this.#wanted.presentation)
  }

  dispose(): void {
    this.#shows += 1
    cancelAnimationFrame(this.#frame)
    if (this.#film !== null) releaseFilm(this.#film)
    this.#film = null
    this.#engine.disableElement(this.#id)
  }
}

export const openCornerstoneSurface = (element: HTMLDivElement): FilmSurface => new CornerstoneSurface(element)
