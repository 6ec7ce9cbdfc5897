/**
 * Keys and values of a slice of the decoder, one preallocated array per block for each. Row 0 is the
 * blank row of the decoder graph, row p + 1 belongs to position p.
 */
export class KvCache {
  readonly blocks: number
  readonly width: number
  #capacity = 0
  #length = 0
  #keys: Float32Array[]
  #values: Float32Array[]

  /**
   * @param width heads x head dimension
   * @param capacity positions to make room for
   */
  constructor(blocks: number, width: number, capacity: number) {
    this.blocks = blocks
    this.width = width
    this.#capacity = capacity
    const allocate = (): Float32Array => new Float32Array((capacity + 1) * width)
    this.#keys = Array.from({ length: blocks }, allocate)
    this.#values = Array.from({ length: blocks }, allocate)
  }

  /** Positions held. */
  get length(): number {
    return this.#length
  }

  /** Bytes allocated. */
  get bytes(): number {
    return this.bytesOf(this.#capacity + 1)
  }

  /** Bytes that `positions` positions take. */
  bytesOf(positions: number): number {
    return 2 * this.blocks * positions * this.width * 4
  }

  /** Makes room for `positions` in all. Growing copies what is held. */
  reserve(positions: number): void {
    if (positions <= this.#capacity) return
    this.#capacity = positions
    const used = (this.#length + 1) * this.width
    const grow = (old: Float32Array): Float32Array => {
      const grown = new Float32Array((positions + 1) * this.width)
      grown.set(old.subarray(0, used))
      return grown
    }
    this.#keys = this.#keys.map(grow)
    this.#values = this.#values.map(grow)
  }

  /** A view of the blank row and all positions held, [length + 1, width]. */
  keys(block: number): Float32Array {
    return (this.#keys[block] as Float32Array).subarray(0, (this.#length + 1) * this.width)
  }

  values(block: number): Float32Array {
    return (this.#values[block] as Float32Array).subarray(0, (this.#length + 1) * this.width)
  }

  /** Appends `count` positions from the decoder graph's new_rows [2 x blocks, count, width]. */
  append(rows: Float32Array, count: number): void {
    this.reserve(this.#length + count)
    const size = count * this.width
    const at = (this.#length + 1) * this.width
    for (let block = 0; block < this.blocks; block++) {
      const from = 2 * block * size
      ;(this.#keys[block] as Float32Array).set(rows.subarray(from, from + size), at)
      ;(this.#values[block] as Float32Array).set(rows.subarray(from + size, from + 2 * size), at)
    }
    this.#length += count
  }

  /** Forgets every position from `length` on. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length)
  }
}
