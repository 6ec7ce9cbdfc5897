import { describe, expect, it } from 'vitest'
import { BranchKv } from '../../../../src/compute/maira2/branchKv.ts'
import { TILE, type KvShape, type Past } from '../../../../src/compute/maira2/kvLayout.ts'
import { PromptKv } from '../../../../src/compute/maira2/promptKv.ts'

const SHAPE: KvShape = { blocks: 2, heads: 3, headDim: 2, tiles: 'fp32' }
const WIDTH = 6

/** The number at a place: every place has its own. */
const key = (block: number, position: number, sequence: number, d: number): number =>
  ((block * 1000 + position) * 10 + sequence) * 10 + d
const value = (...place: Parameters<typeof key>): number => -key(...place) - 1

/** new_rows of a pass over `rows` positions from `first` on. */
function newRows(first: number, rows: number, sequences: readonly number[]): Float32Array {
  const out: number[] = []
  for (let block = 0; block < SHAPE.blocks; block++) {
    for (const of of [key, value]) {
      for (let row = 0; row < rows; row++) {
        for (const sequence of sequences) for (let d = 0; d < WIDTH; d++) out.push(of(block, first + row, sequence, d))
      }
    }
  }
  return Float32Array.from(out)
}

/** Every key and value of every position, read from where the layout says they are. */
function expectPlaces(past: Past, numbers: readonly number[], prompt: number): void {
  for (let block = 0; block < SHAPE.blocks; block++) {
    for (let position = 0; position < past.length; position++) {
      numbers.forEach((number, sequence) => {
        // The prompt's positions were written as sequence 0 and are the same for all.
        const written = position < prompt ? 0 : number
        for (let d = 0; d < WIDTH; d++) {
          const [head, inHead] = [Math.floor(d / SHAPE.headDim), d % SHAPE.headDim]
          const expected = [key(block, position, written, d), value(block, position, written, d)]
          expect(read(past, block, position, sequence, head, inHead)).toEqual(expected)
        }
      })
    }
  }
}

function read(past: Past, block: number, position: number, sequence: number, head: number, d: number): number[] {
  const tile = Math.floor(position / TILE)
  const open = tile - past.sharedTiles - past.ownTiles
  if (open === 0) {
    const { keys, values } = past.open(block)
    const at = ((position % TILE) * past.sequences + sequence) * WIDTH + head * SHAPE.headDim + d
    return [keys[at]!, values[at]!]
  }
  const shared = tile < past.sharedTiles
  const views = shared ? past.shared(block) : past.own(block)
  const number = shared ? tile : (tile - past.sharedTiles) * past.sequences + sequence
  const at = (number * SHAPE.heads + head) * SHAPE.headDim * TILE
  const [keys, values] = [views.get('keys')!, views.get('values')!]
  return [keys[at + d * TILE + (position % TILE)]!, values[at + (position % TILE) * SHAPE.headDim + d]!]
}

function prompt(positions: number): PromptKv {
  const kv = new PromptKv(SHAPE, positions)
  for (let at = 0; at < positions; at += 2 * TILE) {
    const rows = Math.min(2 * TILE, positions - at)
    kv.append(newRows(at, rows, [0]), rows)
  }
  return kv
}

describe('keys and values of a prompt', () => {
  it.each([1, TILE, TILE + 1, 3 * TILE + 5])('lie in tiles, the rest in rows: %i positions', (positions) => {
    const kv = prompt(positions)
    const tiles = Math.floor(positions / TILE)
    expect([kv.length, kv.sharedTiles, kv.openRows]).toEqual([positions, tiles, positions % TILE])
    expectPlaces(kv, [0], positions)
    expect(kv.bytes).toBe(2 * 2 * positions * WIDTH * 4)
  })

  it('take no more than they were made for', () => {
    const kv = new PromptKv(SHAPE, 3)
    expect(() => kv.append(newRows(0, 4, [0]), 4)).toThrow('4 positions do not fit behind 0 of 3.')
  })
})

describe('keys and values of sequences that go on from a prompt', () => {
  it.each([[5, [0]], [TILE, [0, 1]], [TILE + 60, [0, 1, 2]]] as const)(
    'follow the prompt of %i positions into tiles of their own: sequences %j',
    (positions, sequences) => {
      const before = prompt(positions)
      const branch = new BranchKv(before, sequences.length)
      while (branch.length < positions + 2 * TILE + 10) {
        branch.room()
        branch.append(newRows(branch.length, 1, sequences), 1)
      }
      expectPlaces(branch, sequences, positions)
      expectPlaces(before, [0], positions)
    },
  )

  it('forget rows of the open tile, and write over them', () => {
    const branch = new BranchKv(prompt(TILE + 2))
    branch.append(newRows(TILE + 2, 4, [7]), 4)
    branch.truncate(TILE + 3)
    branch.append(newRows(TILE + 3, 2, [0]), 2)
    expect(branch.length).toBe(TILE + 5)
    expect(read(branch, 1, TILE + 2, 0, 0, 0)).toEqual([key(1, TILE + 2, 7, 0), value(1, TILE + 2, 7, 0)])
    expect(read(branch, 1, TILE + 3, 0, 0, 0)).toEqual([key(1, TILE + 3, 0, 0), value(1, TILE + 3, 0, 0)])
    expect(() => branch.truncate(3)).toThrow('Position 3 is not in the open tile.')
  })

  it('offer room up to the end of the tile, and a whole tile when it is full', () => {
    const branch = new BranchKv(prompt(TILE - 2))
    expect(branch.room()).toBe(2)
    branch.append(newRows(TILE - 2, 2, [0]), 2)
    expect(branch.room()).toBe(TILE)
    expect([branch.ownTiles, branch.openRows]).toEqual([1, 0])
  })

  it('go on with those that are kept', () => {
    const branch = new BranchKv(prompt(TILE - 1), 3)
    for (let i = 0; i < 5; i++) {
      branch.room()
      branch.append(newRows(branch.length, 1, [0, 1, 2]), 1)
    }
    branch.keep([0, 2])
    branch.append(newRows(branch.length, 1, [0, 2]), 1)
    expectPlaces(branch, [0, 2], TILE - 1)
  })
})
