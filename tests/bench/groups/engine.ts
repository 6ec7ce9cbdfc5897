import { join, resolve } from 'node:path'
import type { Bench, Group } from '../bench.ts'
import { memoryBandwidth } from '../engine/bandwidth.ts'
import { settingText, toRows } from '../engine/engineRows.ts'
import { Figures } from '../engine/figures.ts'
import { openLlama, type LlamaPeer, type LlamaSetting } from '../engine/llamaPeer.ts'
import { AT_SIZE, REHEARSAL, type Shape } from '../engine/shape.ts'
import { Subject } from '../engine/subject.ts'
import { UsualLoop } from '../engine/usualLoop.ts'
import { writeRandomModel } from '../engine/writeRandomModel.ts'

const CACHE = join(resolve(import.meta.dirname, '../../..'), '.cache/bench')

/**
 * The engine on a random decoder that two cores can bear, against others on the same weights; all runs interleaved.
 * HILUM_BENCH_ROUNDS: how often (3). HILUM_BENCH_REHEARSAL: a small model, to see that the steps work.
 */
export const engine: Group = {
  name: 'engine',
  async run(bench) {
    const rehearsal = process.env.HILUM_BENCH_REHEARSAL !== undefined
    const shape = rehearsal ? REHEARSAL : AT_SIZE
    const rounds = Number(process.env.HILUM_BENCH_ROUNDS ?? 3)
    bench.say('Writing a random model')
    const model = await writeRandomModel(join(CACHE, rehearsal ? 'engineRehearsal' : 'engine'), shape)
    const subject = await Subject.open(model, shape)
    const contextSize = shape.prompt + shape.written + 64
    const peer = await openLlama(join(CACHE, 'peers'), model.gguf, contextSize, (text) => bench.say(text))
    const setting = peer === null ? null : await tune(peer, subject.prompt, shape, bench)
    const loop = await UsualLoop.open(model, subject, shape)
    const figures = new Figures()
    for (let round = 1; round <= rounds; round++) {
      bench.say(`Round ${round} of ${rounds}`)
      await subject.measure(figures)
      if (peer !== null) {
        const { prefillMs, decodeMs, ids } = await peer.run(subject.prompt, shape.written)
        figures.add('peer tokens', commonPrefix(ids, subject.baseline))
        figures.add('peer prefill', prefillMs)
        figures.add('peer decode', decodeMs / shape.written)
      }
      figures.add('usual decode', await loop.run())
    }
    await peer?.dispose()
    await loop.close()
    const bandwidth = await memoryBandwidth(shape.threads)
    const rows = toRows(figures, shape, setting, { bandwidth, bytesAToken: subject.bytesAToken })
    await subject.close()
    return rows
  },
}

/** The peer's fastest setting for one prompt and text. */
async function tune(peer: LlamaPeer, prompt: readonly number[], shape: Shape, bench: Bench): Promise<LlamaSetting> {
  const settings = [512, 2048].flatMap((batchSize) =>
    [false, true].map((flashAttention) => ({ batchSize, flashAttention, threads: shape.threads })))
  let [chosen, least] = [settings[0] as LlamaSetting, Infinity]
  for (const setting of settings) {
    bench.say(`Tuning the peer: ${settingText(setting)}`)
    await peer.use(setting)
    const { prefillMs, decodeMs } = await peer.run(prompt, Math.min(24, shape.written))
    const ms = prefillMs + (decodeMs * shape.written) / Math.min(24, shape.written)
    if (ms < least) [chosen, least] = [setting, ms]
  }
  await peer.use(chosen)
  return chosen
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((id, i) => id !== b[i])
  return differs < 0 ? a.length : differs
}
