export interface GreyImage {
  readonly columns: number
  readonly rows: number
  readonly values: Int16Array | Uint16Array
}

/**
 * The image at half the size, each pixel the rounded mean of up to four. A film of 3,000 rows shown in
 * 700 would alias its noise into false texture; drawing from the nearest larger level does not.
 */
export function halve(image: GreyImage): GreyImage {
  const columns = Math.ceil(image.columns / 2)
  const rows = Math.ceil(image.rows / 2)
  const Values = image.values.constructor as { new (length: number): Int16Array | Uint16Array }
  const values = new Values(columns * rows)
  for (let y = 0; y < rows; y++) {
    const top = 2 * y * image.columns
    const bottom = Math.min(2 * y + 1, image.rows - 1) * image.columns
    for (let x = 0; x < columns; x++) {
      const left = 2 * x
      const right = Math.min(left + 1, image.columns - 1)
      const sum =
        (image.values[top + left] as number) +
        (image.values[top + right] as number) +
        (image.values[bottom + left] as number) +
        (image.values[bottom + right] as number)
      values[y * columns + x] = Math.round(sum / 4)
    }
  }
  return { columns, rows, values }
}

/**
 * The level to draw from (0 is the film itself, each further level half the size): the smallest that
 * still has a pixel for every canvas pixel. `scale` is canvas pixels a film pixel.
 */
export function levelFor(scale: number, levels: number): number {
  if (scale >= 1) return 0
  return Math.min(levels - 1, Math.floor(Math.log2(1 / scale) + 1e-9))
}

/** How many levels are worth having: down to 256 pixels on the longer side. */
export function levelCount(columns: number, rows: number): number {
  return 1 + Math.max(0, Math.floor(Math.log2(Math.max(columns, rows) / 256)))
}
