import { HilumError } from '../../shared/errors.ts'

/** What a multipart body holds, in order: the bytes of a part in pieces, then its end. */
export type MultipartEvent = { readonly kind: 'data'; readonly bytes: Uint8Array } | { readonly kind: 'end' }

const MOST_HEADER_BYTES = 16 * 1024

/** The boundary that a content type names, or null. */
export function boundaryOf(contentType: string): string | null {
  if (!/^multipart\/related\b/i.test(contentType)) return null
  return /boundary="?([^";]{1,200})"?/i.exec(contentType)?.[1]?.trim() ?? null
}

/**
 * Takes a multipart body apart (RFC 2046 5.1) while it comes, with one chunk in memory. Headers of parts are passed
 * over: what a part is, is told by its bytes. Throws `bad-input` when the body ends before its last boundary.
 */
export async function* multipart(body: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<MultipartEvent> {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  let held: Buffer = Buffer.from('\r\n') // the first boundary may come without a line break before it
  let state: 'preamble' | 'headers' | 'part' = 'preamble'
  for await (const chunk of body) {
    held = Buffer.concat([held, chunk])
    for (let more = true; more;) {
      if (state === 'headers') {
        if (held.length < 2) break
        if (held[0] === 0x2d && held[1] === 0x2d) return
        const end = held.indexOf('\r\n\r\n')
        if (end < 0 && held.length > MOST_HEADER_BYTES) throw damaged('a part has endless headers')
        if (end < 0) break
        held = held.subarray(end + 4)
        state = 'part'
        continue
      }
      const at = held.indexOf(delimiter)
      const safe = at >= 0 ? at : Math.max(0, held.length - delimiter.length + 1)
      if (state === 'part' && safe > 0) yield { kind: 'data', bytes: held.subarray(0, safe) }
      held = held.subarray(at >= 0 ? at + delimiter.length : safe)
      more = at >= 0
      if (at >= 0 && state === 'part') yield { kind: 'end' }
      if (at >= 0) state = 'headers'
    }
  }
  throw damaged('it ends in the middle')
}

function damaged(what: string): HilumError {
  return new HilumError('bad-input', `The answer of the PACS is damaged: ${what}.`, { mend: 'Fetch the study again.' })
}
