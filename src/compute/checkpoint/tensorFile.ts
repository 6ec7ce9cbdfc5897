/** What a weights file says of a tensor: its element type (in the words of safetensors) and its shape. */
export interface TensorInfo {
  readonly dtype: string
  readonly shape: readonly number[]
}

/** A weights file open for reading, whatever its format. Tensors are read one at a time. */
export interface TensorFile {
  readonly path: string
  readonly tensors: ReadonlyMap<string, TensorInfo>
  /** A tensor's elements as little-endian bytes in row-major order. */
  read(tensor: string): Promise<Uint8Array>
  close(): Promise<void>
}
