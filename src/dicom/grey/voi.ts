import type { Lut } from '../header/instanceHeader.ts'
import { lookUp } from './lookUp.ts'

/** How values of interest become brightness: a window, or a table of the file. */
export type Voi =
  | { readonly kind: 'window'; readonly center: number; readonly width: number; readonly shape: VoiShape }
  | { readonly kind: 'lut'; readonly lut: Lut }
export type VoiShape = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID'

/** The VOI transform as a function from modality values to brightness, 0 to 1 (PS3.3 C.11.2.1). */
export function voiOf(voi: Voi): (value: number) => number {
  if (voi.kind === 'lut') {
    const top = 2 ** voi.lut.bits - 1
    return (value) => lookUp(voi.lut, value) / top
  }
  const { center, width, shape } = voi
  switch (shape) {
    case 'LINEAR': return linear(center, width)
    case 'LINEAR_EXACT': return (value) => clamp((value - center) / width + 0.5)
    case 'SIGMOID': return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width))
  }
}

/** C.11.2.1.2.1: a window of width w spans w whole values, hence c - 0.5 and w - 1; a width of 1 is a step. */
function linear(center: number, width: number): (value: number) => number {
  const middle = center - 0.5
  const span = width - 1
  if (span <= 0) return (value) => (value <= middle ? 0 : 1)
  return (value) => clamp((value - middle) / span + 0.5)
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value
}
