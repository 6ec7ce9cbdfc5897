import { Tensor } from 'onnxruntime-node'
import { TILE, widthOf, type Past } from './kvLayout.ts'
import { tileParts } from './kvTiles.ts'
import type { RotaryTable } from './rotaryTable.ts'

/**
 * The inputs of one pass of a decoder graph besides the residual: see decoderGraph.
 * @param count new positions of each sequence
 * @param from for a graph with a head, the first of them that logits are wanted of
 */
export function passInputs(past: Past, count: number, rotary: RotaryTable, from?: number): Record<string, Tensor> {
  const { shape, sequences: s, sharedTiles, ownTiles, openRows } = past
  const { heads, headDim } = shape
  const filled = openRows + count
  const current = Math.ceil(filled / TILE) * TILE
  // The runtime cannot multiply by nothing: a group without tiles is given a blank one, which the mask hides.
  const groups = [Math.max(sharedTiles, 1) * TILE, Math.max(ownTiles, 1) * TILE, current]
  const { cos, sin } = rotary.rows(past.length, count)
  const blankRows = current - filled
  const feeds: Record<string, Tensor> = {
    cos: new Tensor('float32', cos, [count, headDim / 2]),
    sin: new Tensor('float32', sin, [count, headDim / 2]),
    mask: mask(past, count, groups),
    blank_rows: new Tensor('float32', zeros(blankRows * s * widthOf(shape)), [blankRows, s, heads, headDim]),
    rows_shape: shapeOf([s, count, 2 * widthOf(shape)]),
    heads_shape: shapeOf([count, s, heads, headDim]),
    groups: shapeOf(groups),
    ...queryShapes(past, count, ''),
  }
  if (from !== undefined) {
    feeds.logits_from = shapeOf([from])
    Object.assign(feeds, queryShapes(past, count - from, '_wanted'))
  }
  for (let block = 0; block < shape.blocks; block++) Object.assign(feeds, pastInputs(past, block))
  return feeds
}

/** How the queries of `count` positions are laid out: each row alone, or all rows of a head together. */
function queryShapes({ shape, sequences: s, alone }: Past, count: number, suffix: string): Record<string, Tensor> {
  const { heads, headDim } = shape
  const [single, together] = alone ? [count, 1] : [1, count]
  return {
    [`query_shape${suffix}`]: shapeOf([1, s, heads, single, together, headDim]),
    [`scores_shape${suffix}`]: shapeOf([s, heads, count, -1]),
    [`tiles_shape${suffix}`]: shapeOf([s, heads, single, together, -1, TILE]),
  }
}

function pastInputs(past: Past, block: number): Record<string, Tensor> {
  const { shape, sequences: s, openRows } = past
  const { heads, headDim } = shape
  const feeds: Record<string, Tensor> = {}
  const groups = [
    { name: 'shared', tiles: past.sharedTiles, sequences: 1, views: past.shared(block) },
    { name: 'own', tiles: past.ownTiles, sequences: s, views: past.own(block) },
  ]
  for (const { name, tiles, sequences, views } of groups) {
    for (const part of tileParts(shape)) {
      const size = sequences * heads * part.inner[0] * part.inner[1]
      const data = tiles === 0 ? zeros(size, part.type) : (views.get(part.name) as Float32Array | Int8Array)
      const dims = [Math.max(tiles, 1), sequences, heads, 1, ...part.inner]
      feeds[`${name}_${part.name}_${block}`] = data instanceof Int8Array
        ? new Tensor('int8', data, dims)
        : new Tensor('float32', data, dims)
    }
  }
  const open = past.open(block)
  feeds[`open_keys_${block}`] = new Tensor('float32', open.keys, [openRows, s, heads, headDim])
  feeds[`open_values_${block}`] = new Tensor('float32', open.values, [openRows, s, heads, headDim])
  return feeds
}

/** [count, all groups]: 0 where row i may look, -Infinity at blank tiles, at later rows and at the open tile's rest. */
function mask({ sharedTiles, ownTiles, openRows }: Past, count: number, groups: readonly number[]): Tensor {
  const [shared = 0, own = 0, current = 0] = groups
  const total = shared + own + current
  const data = new Float32Array(count * total)
  for (let row = 0; row < count; row++) {
    const at = row * total
    if (sharedTiles === 0) data.fill(-Infinity, at, at + shared)
    if (ownTiles === 0) data.fill(-Infinity, at + shared, at + shared + own)
    data.fill(-Infinity, at + shared + own + openRows + row + 1, at + total)
  }
  return new Tensor('float32', data, [count, total])
}

function shapeOf(dims: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(dims, BigInt), [dims.length])
}

let blank = new Float32Array(0)

/** A view of zeros. */
function zeros(size: number): Float32Array
function zeros(size: number, type: 'float32' | 'int8'): Float32Array | Int8Array
function zeros(size: number, type: 'float32' | 'int8' = 'float32'): Float32Array | Int8Array {
  if (blank.length < size) blank = new Float32Array(size)
  return type === 'int8' ? new Int8Array(blank.buffer, 0, size) : blank.subarray(0, size)
}
