import { z } from 'zod'
import type { ErrorData } from '../errors.ts'

/** What a caller sends. `id` is the caller's own count and means something on this port only. */
export const CallMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id: z.number().int(), method: z.string(), params: z.unknown() }),
  z.object({ kind: z.literal('cancel'), id: z.number().int() }),
])
export type CallMessage = z.infer<typeof CallMessage>

/** What the serving side answers: any number of events, then exactly one result or error. */
export type ReplyMessage =
  | { readonly kind: 'event'; readonly id: number; readonly event: unknown }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: ErrorData }
