import { createHash } from 'node:crypto'

/**
 * A UID made from what it names, always the same for the same parts: `2.25.` and a 128-bit number (PS3.5 B.2), here
 * the first half of a SHA-256.
 */
export function derivedUid(...parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  return `2.25.${BigInt(`0x${digest.slice(0, 32)}`)}`
}
