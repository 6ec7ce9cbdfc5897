import { jpegDamaged } from './jpegHeader.ts'

/**
 * Reads the bits of an entropy-coded JPEG segment: stuffed zero bytes after 0xFF fall away, a marker ends the data
 * (ITU T.81 F.2.2.5). Behind the end it gives ones for as long as a decoder may look ahead, then it throws.
 */
export class BitReader {
  readonly #data: Uint8Array
  #position: number
  #buffer = 0
  #held = 0
  #beyond = 0

  constructor(data: Uint8Array, position: number) {
    this.#data = data
    this.#position = position
  }

  /** The next 16 bits, without consuming them. */
  peek16(): number {
    while (this.#held < 16) this.#fill()
    return (this.#buffer >>> (this.#held - 16)) & 0xffff
  }

  /** Consumes bits that were peeked at. */
  skip(count: number): void {
    this.#held -= count
  }

  /** A number of `size` bits, 0 to 16, extended to its sign (T.81 F.2.2.1, EXTEND). */
  signed(size: number): number {
    if (size === 0) return 0
    while (this.#held < size) this.#fill()
    this.#held -= size
    const value = (this.#buffer >>> this.#held) & ((1 << size) - 1)
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value
  }

  /** Skips to behind the next restart marker. */
  restart(): void {
    this.#held = 0
    this.#beyond = 0
    while (this.#position + 1 < this.#data.length) {
      const marker = this.#data[this.#position + 1] ?? 0
      if (this.#data[this.#position] === 0xff && marker >= 0xd0 && marker <= 0xd7) {
        this.#position += 2
        return
      }
      this.#position += 1
    }
    throw jpegDamaged('it is cut off')
  }

  /** At most 15 bits are held here, so the buffer never outgrows 32. */
  #fill(): void {
    this.#buffer = (this.#buffer << 8) | this.#byte()
    this.#held += 8
  }

  #byte(): number {
    const byte = this.#data[this.#position]
    if (byte === undefined || (byte === 0xff && this.#data[this.#position + 1] !== 0)) {
      if (++this.#beyond > 4) throw jpegDamaged('it is cut off')
      return 0xff
    }
    this.#position += byte === 0xff ? 2 : 1
    return byte
  }
}
