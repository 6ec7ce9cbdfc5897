/** Pixel values as stored, before any lookup table; samples interleaved, rows from the top. */
export interface StoredPixels {
  readonly rows: number
  readonly columns: number
  readonly samples: number
  readonly bitsStored: number
  readonly signed: boolean
  readonly pixels: PixelArray
}

export type PixelArray = Uint8Array | Uint16Array | Int16Array | Uint32Array | Int32Array

/** The words of one frame. `justified` when a codec gave the values themselves, false when they lie as in the file. */
export interface CodedFrame {
  readonly justified: boolean
  readonly rows: number
  readonly columns: number
  readonly samples: number
  readonly words: Uint8Array | Uint16Array | Int16Array | Uint32Array
}
