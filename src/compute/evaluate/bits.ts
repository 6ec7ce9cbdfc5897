/** Sets of small integers as bits, for counting overlaps of many sets. */
export type Bits = Uint32Array

export const newBits = (size: number): Bits => new Uint32Array(Math.ceil(size / 32))

export function setBit(bits: Bits, at: number): void {
  bits[at >>> 5] = (bits[at >>> 5] as number) | (1 << (at & 31))
}

export function hasBit(bits: Bits, at: number): boolean {
  return (((bits[at >>> 5] as number) >>> (at & 31)) & 1) === 1
}

function ones(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555)
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

export function countBits(bits: Bits): number {
  let sum = 0
  for (let i = 0; i < bits.length; i++) sum += ones(bits[i] as number)
  return sum
}

/** How many members the two sets share. */
export function countShared(a: Bits, b: Bits): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += ones((a[i] as number) & (b[i] as number))
  return sum
}

/** How many members three sets share. */
export function countSharedByThree(a: Bits, b: Bits, c: Bits): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += ones((a[i] as number) & (b[i] as number) & (c[i] as number))
  return sum
}

/** A set from two, word by word: `(x, y) => x & y` keeps what both hold. */
export function combineBits(a: Bits, b: Bits, word: (x: number, y: number) => number): Bits {
  return a.map((x, i) => word(x, b[i] as number))
}
