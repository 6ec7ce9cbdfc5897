import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { env } from 'onnxruntime-node'
import { z } from 'zod'
import { BranchKv } from './branchKv.ts'
import type { Decoder } from './decoder.ts'
import { TILE } from './kvLayout.ts'
import type { ModelGraphs } from './modelGraphs.ts'

/** Row counts of decoding passes that are tested and then used, ascending. */
export const ROW_COUNTS = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16] as const
const MOST = 16
const PROMPT = TILE + 8

const Record = z.object({
  graphs: z.string(), runtime: z.string(), cpu: z.string(), threads: z.number(), rowCounts: z.array(z.number()),
})

/**
 * The row counts at which a pass gives every row the very bits that a pass of that row alone gives, on
 * this machine: 1 always, more where the runtime's kernels treat rows alike. Without them there is no
 * draft verification and no batched sweep: both promise the text of one-token decoding. The result is
 * kept beside the compiled model, for these graphs, this runtime, processor and number of threads.
 */
export async function usableRowCounts(
  decoder: Decoder, graphs: ModelGraphs, threads: number,
): Promise<readonly number[]> {
  const path = join(dirname(graphs.front), `rows-${graphs.hookLayer}.json`)
  const here = { graphs: await hashOf([graphs.front, graphs.back]), runtime: env.versions.common, cpu: cpus()[0]?.model ?? '', threads }
  const known = Record.safeParse(await readFile(path, 'utf8').then(JSON.parse).catch(() => null))
  if (known.success && isDeepStrictEqual(known.data, { ...here, rowCounts: known.data.rowCounts })) {
    return known.data.rowCounts
  }
  const rowCounts = await testRowCounts(decoder)
  await writeFile(path, JSON.stringify({ ...here, rowCounts })).catch(() => undefined) // tested again next time
  return rowCounts
}

/** Runs positions alone and together after a prompt, as one sequence and as several, and compares bits. */
export async function testRowCounts(decoder: Decoder): Promise<readonly number[]> {
  const { vocabSize } = decoder.config.decoder
  const id = (i: number): number => (7 + 13 * i) % vocabSize
  const tokens = Array.from({ length: PROMPT + MOST }, (_, i) => id(i)).filter((i) => i !== decoder.config.imageTokenId)
  const [prompt, next] = [tokens.slice(0, -MOST), tokens.slice(-MOST)]
  const start = await startOf(decoder, prompt)

  const alone: Float32Array[] = []
  const apart: Float32Array[] = [] // each token as the first after the prompt
  const line = start(1)
  for (const token of next) {
    alone.push(await pass(decoder, line, [token]))
    apart.push(await pass(decoder, start(1), [token]))
  }
  const usable: number[] = []
  for (const count of ROW_COUNTS) {
    const together = await pass(decoder, start(1), next.slice(0, count))
    const besides = await pass(decoder, start(count), next.slice(0, count))
    if (same(together, alone.slice(0, count)) && same(besides, apart.slice(0, count))) usable.push(count)
  }
  return usable.includes(1) ? usable : [1]
}

interface Line {
  readonly front: BranchKv
  readonly back: BranchKv
}

async function startOf(decoder: Decoder, ids: readonly number[]): Promise<(sequences: number) => Line> {
  const front = decoder.front.newPrompt(ids.length)
  const residual = await decoder.runFront(await decoder.embedTokens(ids), front, {})
  const back = decoder.back.newPrompt(ids.length)
  await decoder.fillBack(residual, back, {})
  return (sequences) => ({ front: new BranchKv(front, sequences), back: new BranchKv(back, sequences) })
}

/** Residual at the hook, logits, and the keys and values of the open tile of each row, row after row. */
async function pass(decoder: Decoder, { front, back }: Line, ids: readonly number[]): Promise<Float32Array> {
  const residual = await decoder.front.residual(await decoder.embedTokens(ids), front)
  const logits = await decoder.back.logits(residual, back, 0)
  const { vocabSize } = decoder.config.decoder
  const parts: (readonly [Float32Array, number])[] = [[residual, decoder.width], [logits, vocabSize]]
  for (const kv of [front, back]) {
    for (let block = 0; block < kv.shape.blocks; block++) {
      const { keys, values } = kv.open(block)
      const size = ids.length * decoder.width
      parts.push([keys.subarray(-size), decoder.width], [values.subarray(-size), decoder.width])
    }
  }
  const perRow = parts.reduce((sum, [, size]) => sum + size, 0)
  const rows = new Float32Array(ids.length * perRow)
  for (let row = 0, at = 0; row < ids.length; row++) {
    for (const [data, size] of parts) {
      rows.set(data.subarray(row * size, (row + 1) * size), at)
      at += size
    }
  }
  return rows
}

async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(await readFile(path))
  return hash.digest('hex')
}

function same(rows: Float32Array, each: readonly Float32Array[]): boolean {
  const bits = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  return bits(rows).equals(Buffer.concat(each.map(bits)))
}
