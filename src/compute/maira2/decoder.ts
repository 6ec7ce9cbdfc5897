import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import type { ModelConfig } from '../checkpoint/modelConfig.ts'
import { DecoderPart } from './decoderPart.ts'
import { EmbeddingTable } from './embeddingTable.ts'
import type { ImageTokens } from './vision.ts'
import type { ModelGraphs } from './modelGraphs.ts'
import type { PromptKv } from './promptKv.ts'
import { RotaryTable } from './rotaryTable.ts'
import { usableRowCounts } from './rowCheck.ts'

/** How a prompt is run: what may stop it between chunks, and who hears of every chunk's tokens. */
export interface PromptRun {
  readonly signal?: AbortSignal | undefined
  readonly onTokens?: ((count: number) => void) | undefined
}

/**
 * Prompt tokens per pass: what a cancellation waits for at most, and what bounds the attention scores in memory.
 * A multiple of TILE.
 */
const CHUNK = 128

/** The decoder, cut at the hook: embeddings and blocks up to it, the rest and the head after it. */
export class Decoder {
  readonly config: ModelConfig
  readonly front: DecoderPart
  readonly back: DecoderPart
  readonly #embeddings: EmbeddingTable
  #rowCounts: readonly number[] = [1]

  private constructor(config: ModelConfig, front: DecoderPart, back: DecoderPart, embeddings: EmbeddingTable) {
    this.config = config
    this.front = front
    this.back = back
    this.#embeddings = embeddings
  }

  static async open(config: ModelConfig, graphs: ModelGraphs, threads: number): Promise<Decoder> {
    const { decoder } = config
    const rotary = new RotaryTable(decoder)
    const front = graphs.hookLayer + 1
    const part = (path: string, blocks: number): Promise<DecoderPart> =>
      DecoderPart.open(path, decoder, rotary, { blocks, tiles: graphs.tiles }, threads)
    const opened = new Decoder(
      config,
      await part(graphs.front, front),
      await part(graphs.back, decoder.layers - front),
      await EmbeddingTable.open(graphs.embeddings, decoder.hiddenSize),
    )
    opened.#rowCounts = await usableRowCounts(opened, graphs, threads)
    return opened
  }

  /** How many rows a decoding pass may have for each to come out as it would alone, ascending from 1. */
  get rowCounts(): readonly number[] {
    return this.#rowCounts
  }

  get width(): number {
    return this.config.decoder.hiddenSize
  }

  /**
   * Input rows [ids, d]: token embeddings, with the image tokens laid, in order, onto the positions of
   * the image token.
   * @throws HilumError when an id is outside the vocabulary or the images do not fill those positions exactly.
   */
  async embed(ids: readonly number[], images: readonly ImageTokens[]): Promise<Float32Array> {
    const { imageTokenId, vision, decoder } = this.config
    const places = ids.filter((id) => id === imageTokenId).length
    const expected = images.length * vision.patches
    if (places !== expected) {
      const have = `${places} image positions`
      throw new HilumError('bad-input', `The prompt has ${have}, but ${images.length} images need ${expected}.`)
    }
    const rows = new Float32Array(ids.length * this.width)
    let place = 0
    for (const [row, id] of ids.entries()) {
      if (!Number.isInteger(id) || id < 0 || id >= decoder.vocabSize) {
        throw new HilumError('bad-input', `The prompt holds the token ${id}, which the vocabulary does not have.`)
      }
      if (id === imageTokenId) {
        const image = images[Math.floor(place / vision.patches)] as ImageTokens
        const from = (place % vision.patches) * this.width
        rows.set(image.rows.subarray(from, from + this.width), row * this.width)
        place++
      } else {
        await this.#embeddings.copyRow(id, rows, row)
      }
    }
    return rows
  }

  /** Embeddings of written tokens, [ids, d]. */
  async embedTokens(ids: readonly number[]): Promise<Float32Array> {
    const rows = new Float32Array(ids.length * this.width)
    for (const [row, id] of ids.entries()) await this.#embeddings.copyRow(id, rows, row)
    return rows
  }

  /** Runs rows [n, d] of a prompt through the front in chunks; returns the residual at the hook, [n, d]. */
  async runFront(rows: Float32Array, kv: PromptKv, run: PromptRun): Promise<Float32Array> {
    const residual = new Float32Array(rows.length)
    await this.#inChunks(rows, run, async (chunk, from) => {
      residual.set(await this.front.residual(chunk, kv), from * this.width)
    })
    return residual
  }

  /** Fills the back's keys and values with a prompt's rows [n, d] of the residual at the hook, in chunks. */
  async fillBack(rows: Float32Array, kv: PromptKv, run: PromptRun): Promise<void> {
    await this.#inChunks(rows, run, async (chunk) => {
      await this.back.logits(chunk, kv, chunk.length / this.width - 1)
    })
  }

  /** Logits [n, vocabulary] of every row of the residual at the hook. */
  async allLogits(rows: Float32Array, run: PromptRun): Promise<Float32Array> {
    const vocabulary = this.config.decoder.vocabSize
    const n = rows.length / this.width
    const kv = this.back.newPrompt(n)
    const logits = new Float32Array(n * vocabulary)
    await this.#inChunks(rows, run, async (chunk, from) => {
      logits.set(await this.back.logits(chunk, kv, 0), from * vocabulary)
    })
    return logits
  }

  async release(): Promise<void> {
    await this.front.release()
    await this.back.release()
    await this.#embeddings.close()
  }

  async #inChunks(
    rows: Float32Array,
    { signal, onTokens }: PromptRun,
    work: (chunk: Float32Array, firstRow: number) => Promise<void>,
  ): Promise<void> {
    const n = rows.length / this.width
    for (let from = 0; from < n; from += CHUNK) {
      throwIfCancelled(signal)
      const to = Math.min(from + CHUNK, n)
      await work(rows.subarray(from * this.width, to * this.width), from)
      onTokens?.(to - from)
    }
  }
}
