import { HilumError } from '../../shared/errors.ts'

const LONGEST_LINE = 512

/** Takes numbers and texts from a pickle's bytes, never beyond their end. */
export class PickleReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  byte(): number {
    return this.#view.getUint8(this.#take(1))
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true)
  }

  /** Big-endian, unlike all other numbers. */
  float64(): number {
    return this.#view.getFloat64(this.#take(8), false)
  }

  /** An unsigned little-endian number of 2, 4 or 8 bytes. */
  long(length: 2 | 4 | 8): number {
    const at = this.#take(length)
    if (length === 2) return this.#view.getUint16(at, true)
    return length === 4 ? this.#view.getUint32(at, true) : exact(this.#view.getBigUint64(at, true))
  }

  /** A signed little-endian number of up to 8 bytes. */
  signed(length: number): number {
    if (length > 8) throw broken('holds a number of more than 64 bits')
    const at = this.#take(length)
    let value = 0n
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[at + i] as number)
    return exact(BigInt.asIntN(8 * length, value))
  }

  text(length: number): string {
    const at = this.#take(length)
    return new TextDecoder().decode(this.#bytes.subarray(at, at + length))
  }

  /** Up to the next line end, which is taken too. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.#at)
    if (end < 0 || end - this.#at > LONGEST_LINE) throw broken('is damaged')
    const text = this.text(end - this.#at)
    this.#take(1)
    return text
  }

  #take(length: number): number {
    const at = this.#at
    if (at + length > this.#bytes.length) throw broken('ends in the middle')
    this.#at += length
    return at
  }
}

function exact(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw broken('holds a number that is out of range')
  return number
}

function broken(why: string): HilumError {
  return new HilumError('bad-input', `The weights file is refused: its list of tensors ${why}.`, {
    mend: 'Copy or download it again.',
  })
}
