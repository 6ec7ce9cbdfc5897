import type { Dictionary } from '../sae/dictionary.ts'
import type { Decoder } from './decoder.ts'
import type { PassCosts } from './passCosts.ts'
import type { PromptCaches } from './promptCaches.ts'

/** What a generation runs on. */
export interface Engine {
  readonly decoder: Decoder
  readonly dictionary: Dictionary
  readonly caches: PromptCaches
  readonly costs: PassCosts
}
