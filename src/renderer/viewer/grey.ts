/** A value-of-interest window as DICOM writes it (PS3.3 C.11.2). */
export interface GreyWindow {
  readonly center: number
  readonly width: number
  readonly shape: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID'
}

/**
 * The displayed grey (0 to 255, not rounded) of a value under a window: PS3.3 C.11.2.1.2.1 (LINEAR,
 * with c - 0.5 and w - 1), C.11.2.1.3.2 (LINEAR_EXACT) and C.11.2.1.3.1 (SIGMOID).
 */
export function greyOf(value: number, window: GreyWindow): number {
  const { center, width } = window
  if (window.shape === 'SIGMOID') return 255 / (1 + Math.exp((-4 * (value - center)) / width))
  const middle = window.shape === 'LINEAR' ? center - 0.5 : center
  const span = window.shape === 'LINEAR' ? width - 1 : width
  if (value <= middle - span / 2) return 0
  if (value > middle + span / 2) return 255
  return ((value - middle) / span + 0.5) * 255
}

/** Two values: at and below the first the film is black, from the second on it is white. */
export interface GreyBounds {
  readonly lower: number
  readonly upper: number
}

/**
 * The bounds of a window's ramp. For SIGMOID, which has no end, the bounds are those of LINEAR:
 * the renderer gets centre and width back from them and draws the curve.
 */
export function boundsOf(window: GreyWindow): GreyBounds {
  const exact = window.shape === 'LINEAR_EXACT'
  const middle = exact ? window.center : window.center - 0.5
  const half = (exact ? window.width : Math.max(window.width - 1, 1e-3)) / 2
  return { lower: middle - half, upper: middle + half }
}
