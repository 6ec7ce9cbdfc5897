import type { Anatomy } from './anatomy.ts'
import type { Canvas } from './canvas.ts'
import { grainSource } from './noise.ts'

const ATTENUATION = 0.2 // per cm of water at about 100 kV; lateral films are taken harder
const DARKEST = 0.75 // optical density shown black
const BRIGHTEST = 4.75 // shown white

/**
 * Turns thickness along the beam (cm of water) into display values of about 0..1, bright where dense: attenuation,
 * a veil of scatter, quantum noise that is strongest where few photons arrive, and the logarithm of the detector.
 * Noise is white on the film and independent of the resolution once averaged over the same area.
 */
export function develop(
  canvas: Canvas,
  thickness: Float32Array,
  anatomy: Anatomy,
  seed: number,
  attenuation = ATTENUATION,
): Float32Array {
  const { scale } = canvas
  const out = new Float32Array(thickness.length)
  const grain = grainSource(seed)
  const perPixel = (anatomy.grain * scale) / 288
  const gain = anatomy.contrast / (BRIGHTEST - DARKEST)
  const offset = 0.5 + anatomy.exposure - gain * ((BRIGHTEST + DARKEST) / 2)
  const veil = anatomy.scatter
  for (let i = 0; i < out.length; i++) {
    const signal = Math.exp(-attenuation * thickness[i]!) + veil
    const noise = perPixel * grain() * Math.min(2, 0.35 + 0.1 / Math.sqrt(signal))
    const value = offset - gain * Math.log(signal) + noise
    out[i] = value < 0 ? 0 : value > 1 ? 1 : value
  }
  return out
}
