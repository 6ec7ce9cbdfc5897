import type { StoredPixels } from '../decode/storedPixels.ts'
import type { InstanceHeader } from '../header/instanceHeader.ts'

/** How often each stored value occurs; padding is left out. `counts[i]` belongs to the value `low + i`. */
export interface Histogram {
  readonly low: number
  readonly counts: Uint32Array
  readonly total: number
}

/** Counts the stored values of an 8- or 16-bit image. `total` is 0 when all of it is padding. */
export function histogramOf(stored: StoredPixels, padding: InstanceHeader['padding']): Histogram {
  let low = Infinity
  let high = -Infinity
  for (const value of stored.pixels) {
    if (value < low) low = value
    if (value > high) high = value
  }
  if (low > high) return { low: 0, counts: new Uint32Array(1), total: 0 }
  const counts = new Uint32Array(high - low + 1)
  for (const value of stored.pixels) counts[value - low] = (counts[value - low] ?? 0) + 1
  let total = stored.pixels.length
  if (padding !== null) {
    for (let value = Math.max(low, padding.low); value <= Math.min(high, padding.high); value++) {
      total -= counts[value - low] ?? 0
      counts[value - low] = 0
    }
  }
  return { low, counts, total }
}

/** The smallest stored value that at least `share` (0 to 1) of the pixels do not exceed. */
export function percentile({ low, counts, total }: Histogram, share: number): number {
  const wanted = Math.max(1, share * total)
  let seen = 0
  for (let i = 0; i < counts.length; i++) {
    seen += counts[i] ?? 0
    if (seen >= wanted) return low + i
  }
  return low + counts.length - 1
}
