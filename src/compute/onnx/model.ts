/**
 * An ONNX model as plain data, as far as Hilum uses the format (onnx.proto3, IR version 10).
 * A dimension is a number, or a name where it is known only when the graph runs.
 */
export type Dimension = number | string
export type ElementType = 'float32' | 'float16' | 'int8' | 'int32' | 'int64' | 'uint8'

export interface ValueInfo {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly Dimension[]
}

/** Where a weight lies: bytes of a file beside the model, so that the model itself stays small. */
export interface ExternalData {
  readonly location: string
  readonly offset: number
  readonly length: number
}

export interface Initializer {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly number[]
  readonly data: Uint8Array | ExternalData
}

export type Attribute = { readonly int: number } | { readonly ints: readonly number[] } | { readonly float: number }

export interface Node {
  readonly operator: string
  /** '' is ONNX's own domain. */
  readonly domain: string
  readonly name: string
  /** An empty name stands for an optional input or output that is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

export interface Graph {
  readonly name: string
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly initializers: readonly Initializer[]
  readonly nodes: readonly Node[]
}
