import { createHash } from 'node:crypto'
import type { Steering } from '../sae/steering.ts'
import { ByteCache, type CacheCounters } from './byteCache.ts'
import type { PromptKv } from './promptKv.ts'
import type { ImageTokens } from './vision.ts'

/** The prompt through the front: it never depends on the intervention. */
export interface FrontPrompt {
  readonly kv: PromptKv
  /** Residual at the hook, [n, d]. */
  readonly residual: Float32Array
}

/** What is kept between generations, all keyed by content. None of it changes once it is here. */
export class PromptCaches {
  readonly images: ByteCache<Float32Array>
  readonly fronts: ByteCache<FrontPrompt>
  readonly backs: ByteCache<PromptKv>

  /** @param budget bytes in all: an eighth for image tokens, half of the rest for each side of the hook. */
  constructor(budget: number) {
    this.images = new ByteCache(budget / 8)
    this.fronts = new ByteCache((budget * 7) / 16)
    this.backs = new ByteCache((budget * 7) / 16)
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
