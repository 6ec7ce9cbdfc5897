import type { Caps } from '../caps.ts'
import { inflate } from '../parse/inflate.ts'
import { checkRaster } from './checkRaster.ts'
import { damagedPng, readPngChunks, type PngHeader } from './pngChunks.ts'
import type { Raster } from './raster.ts'

/** A grid of the picture's pixels, stored as a picture of its own: the whole, or one of Adam7's seven. */
interface Pass {
  readonly x: number
  readonly y: number
  readonly stepX: number
  readonly stepY: number
  readonly columns: number
  readonly rows: number
  readonly lineBytes: number
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/** First column and row of each Adam7 pass and the steps between its columns and rows (ISO/IEC 15948 8.2). */
const ADAM7 = [
  [0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2],
] as const
const WHOLE = [[0, 0, 1, 1]] as const

/**
 * Decodes a PNG picture (ISO/IEC 15948) to grey or RGB; transparency is dropped and fewer than 8 bits are widened.
 * Written here because the compressed data must not inflate beyond what the header announces, which no library heeds.
 * A damaged picture is `bad-input`, an oversized one `limit`.
 */
export function decodePng(bytes: Uint8Array, caps: Caps): Raster {
  const { header, palette, data } = readPngChunks(bytes, caps)
  const channels = CHANNELS[header.colour] ?? 1
  const passes = passesOf(header, channels)
  const size = passes.reduce((sum, { rows, lineBytes }) => sum + rows * (lineBytes + 1), 0)
  checkRaster(size, caps)
  const raw = inflate(data, 'zlib', size, 'The PNG picture')
  if (raw.length < size) throw damagedPng('it is cut off')
  const { columns, rows, depth, colour } = header
  const samples = colour === 0 || colour === 4 ? 1 : 3
  const bits = depth === 16 ? 16 : 8
  const values = bits === 16 ? new Uint16Array(rows * columns * samples) : new Uint8Array(rows * columns * samples)
  let from = 0
  for (const pass of passes) {
    const stored = raw.subarray(from, from += pass.rows * (pass.lineBytes + 1))
    const lines = unfilter(stored, pass, Math.max(1, (channels * depth) >> 3))
    if (colour === 3) lookUp(lines, pass, header, palette, values)
    else place(lines, pass, header, channels, samples, values)
  }
  return { columns, rows, samples, bits, values }
}

function passesOf({ columns, rows, depth, interlaced }: PngHeader, channels: number): readonly Pass[] {
  return (interlaced ? ADAM7 : WHOLE).map(([x, y, stepX, stepY]) => {
    const own = { columns: Math.ceil((columns - x) / stepX), rows: Math.ceil((rows - y) / stepY) }
    return { x, y, stepX, stepY, ...own, lineBytes: Math.ceil((own.columns * channels * depth) / 8) }
  }).filter((pass) => pass.columns > 0 && pass.rows > 0)
}

/** Undoes the filter of each line (ISO/IEC 15948 9.2) and drops the filter bytes; `step` is a pixel's bytes. */
function unfilter(raw: Uint8Array, { rows, lineBytes }: Pass, step: number): Uint8Array {
  const out = new Uint8Array(rows * lineBytes)
  for (let row = 0; row < rows; row++) {
    const filter = raw[row * (lineBytes + 1)] ?? 0
    if (filter > 4) throw damagedPng('a line has an unknown filter')
    const from = row * (lineBytes + 1) + 1
    const to = row * lineBytes
    for (let i = 0; i < lineBytes; i++) {
      const left = i >= step ? out[to + i - step] ?? 0 : 0
      const up = row > 0 ? out[to + i - lineBytes] ?? 0 : 0
      const corner = i >= step && row > 0 ? out[to + i - lineBytes - step] ?? 0 : 0
      out[to + i] = (raw[from + i] ?? 0) + predicted(filter, left, up, corner)
    }
  }
  return out
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 1: return left
    case 2: return up
    case 3: return (left + up) >> 1
    case 4: return paeth(left, up, corner)
    default: return 0
  }
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}

/** Sample `index` of the line that begins at byte `at`. */
function sample(lines: Uint8Array, at: number, index: number, depth: number): number {
  if (depth === 8) return lines[at + index] ?? 0
  if (depth === 16) return ((lines[at + 2 * index] ?? 0) << 8) | (lines[at + 2 * index + 1] ?? 0)
  const bit = index * depth
  return ((lines[at + (bit >> 3)] ?? 0) >> (8 - depth - (bit & 7))) & (2 ** depth - 1)
}

/** Puts a pass's grey or RGB samples in their places, without the alpha that may follow them. */
function place(
  lines: Uint8Array, pass: Pass, { columns, depth }: PngHeader, channels: number, samples: number, values: Raster['values'],
): void {
  const widen = depth < 8 ? 255 / (2 ** depth - 1) : 1
  for (let row = 0; row < pass.rows; row++) {
    for (let column = 0; column < pass.columns; column++) {
      const to = ((pass.y + row * pass.stepY) * columns + pass.x + column * pass.stepX) * samples
      for (let s = 0; s < samples; s++) {
        values[to + s] = sample(lines, row * pass.lineBytes, column * channels + s, depth) * widen
      }
    }
  }
}

/** Puts a pass's pixels in their places, each looked up in the palette. */
function lookUp(
  lines: Uint8Array, pass: Pass, { columns, depth }: PngHeader, palette: Uint8Array, values: Raster['values'],
): void {
  for (let row = 0; row < pass.rows; row++) {
    for (let column = 0; column < pass.columns; column++) {
      const entry = 3 * sample(lines, row * pass.lineBytes, column, depth)
      if (entry + 3 > palette.length) throw damagedPng('a pixel is not in its palette')
      const to = ((pass.y + row * pass.stepY) * columns + pass.x + column * pass.stepX) * 3
      values.set(palette.subarray(entry, entry + 3), to)
    }
  }
}
