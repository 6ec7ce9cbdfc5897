import type { ViewerFilm } from '../../shared/contracts/dicom.ts'
import type { Presentation } from './presentation.ts'
import type { ViewState } from './viewState.ts'

/**
 * What draws one film into an element. It is told the reference (which film), the view (where) and the
 * presentation (how) separately and keeps none of them: the stores do.
 */
export interface FilmSurface {
  /** Shows a film, or nothing. The first picture stands when the promise resolves. */
  show(film: ViewerFilm | null, view: ViewState, presentation: Presentation | null): Promise<void>
  /** Draws the shown film again under another view or presentation, at the next frame. */
  draw(view: ViewState, presentation: Presentation): void
  /** To be called when the element's size has changed. */
  resize(): void
  dispose(): void
}

/** Makes the surface of an element. `lost` is called when it can draw no more. */
export type OpenSurface = (element: HTMLDivElement) => FilmSurface
