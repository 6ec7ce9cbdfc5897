/**
 * Writes Protocol Buffers wire format: just what an ONNX model needs (varints, fixed 32-bit floats, strings,
 * nested messages). Source: protobuf.dev/programming-guides/encoding.
 */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = []
  #size = 0

  /** int32, int64, uint64, bool and enum fields. Negative numbers take ten bytes, as the format asks. */
  integer(field: number, value: number | bigint): this {
    this.#varint(tag(field, 0))
    this.#varint(BigInt.asUintN(64, BigInt(value)))
    return this
  }

  float(field: number, value: number): this {
    this.#varint(tag(field, 5))
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    return this.#push(bytes)
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint(tag(field, 2))
    this.#varint(BigInt(value.byteLength))
    return this.#push(value)
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  message(field: number, write: (message: ProtobufWriter) => void): this {
    const message = new ProtobufWriter()
    write(message)
    return this.bytes(field, message.finish())
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.#size)
    let at = 0
    for (const part of this.#parts) {
      out.set(part, at)
      at += part.byteLength
    }
    return out
  }

  #varint(value: bigint): void {
    const bytes: number[] = []
    let rest = value
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    bytes.push(Number(rest))
    this.#push(Uint8Array.from(bytes))
  }

  #push(bytes: Uint8Array): this {
    this.#parts.push(bytes)
    this.#size += bytes.byteLength
    return this
  }
}

function tag(field: number, wireType: number): bigint {
  return BigInt((field << 3) | wireType)
}
