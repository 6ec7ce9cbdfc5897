/** A decoded picture: 1 (grey) or 3 (RGB) interleaved samples of 8 or 16 bits, row-major. */
export interface Raster {
  readonly columns: number
  readonly rows: number
  readonly samples: 1 | 3
  readonly bits: 8 | 16
  readonly values: Uint8Array | Uint16Array
}
