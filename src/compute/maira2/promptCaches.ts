import { createHash } from 'node:crypto'
import type { Steering } from '../sae/steering.ts'
import { ByteBudget } from './byteBudget.ts'
import { ByteCache, type CacheCounters } from './byteCache.ts'
import type { PromptKv } from './promptKv.ts'
import type { ImageTokens } from './vision.ts'

/** The prompt through the front: it never depends on the intervention. */
export interface FrontPrompt {
  readonly kv: PromptKv
  /** Residual at the hook, [n, d]. */
  readonly residual: Float32Array
}

/**
 * What is kept between generations, all keyed by content, within one budget. None of it changes once it
 * is here.
 */
export class PromptCaches {
  readonly images: ByteCache<Float32Array>
  readonly fronts: ByteCache<FrontPrompt>
  readonly backs: ByteCache<PromptKv>

  /** @param bytes in all */
  constructor(bytes: number) {
    const budget = new ByteBudget(bytes)
    this.images = new ByteCache(budget)
    this.fronts = new ByteCache(budget)
    this.backs = new ByteCache(budget)
  }

  get counters(): Readonly<Record<'images' | 'fronts' | 'backs', CacheCounters>> {
    return { images: this.images.counters, fronts: this.fronts.counters, backs: this.backs.counters }
  }

  clear(): void {
    this.images.clear()
    this.fronts.clear()
    this.backs.clear()
  }
}

/** What a prompt is to the decoder: its ids and the images laid into them. */
export function promptKey(ids: readonly number[], images: readonly ImageTokens[]): string {
  const hash = createHash('sha256').update(Int32Array.from(ids))
  for (const image of images) hash.update(`\n${image.hash}`)
  return hash.digest('hex')
}

/** The prompt's key behind the hook: steering that spares the prompt leaves it the baseline's. */
export function steeredPromptKey(key: string, steering: Steering | null): string {
  return steering === null || steering.positions === 'generated' ? key : `${key} ${steering.key}`
}
