import { HilumError } from '../../shared/errors.ts'

const ITEM = 0xe000fffe
const SEQUENCE_END = 0xe0ddfffe

/**
 * The compressed bytes of one frame out of encapsulated pixel data (PS3.5 A.4): a Basic Offset Table item, then
 * fragments, then a delimiter. `offset` is where the pixel data's value starts. Several fragments of one frame are
 * joined; a last fragment that is cut short is an error.
 */
export function encapsulatedFrame(bytes: Uint8Array, offset: number, frame: number, frames: number): Uint8Array {
  const [table, ...fragments] = readItems(bytes, offset)
  if (table === undefined || fragments.length === 0) throw damaged('it holds no image data')
  if (frames === 1) return join(fragments)
  if (fragments.length === frames) return fragments[frame] ?? new Uint8Array(0)
  const starts = offsets(table)
  const first = starts[frame]
  if (first === undefined || starts.length !== frames) throw damaged(`its ${frames} frames cannot be told apart`)
  const end = starts[frame + 1] ?? Infinity
  let position = 0
  const own: Uint8Array[] = []
  for (const fragment of fragments) {
    if (position >= first && position < end) own.push(fragment)
    position += fragment.length + 8
  }
  return join(own)
}

function readItems(bytes: Uint8Array, start: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const items: Uint8Array[] = []
  let position = start
  while (position + 8 <= bytes.length) {
    const tag = view.getUint32(position, true)
    const length = view.getUint32(position + 4, true)
    if (tag === SEQUENCE_END) break
    if (tag !== ITEM) throw damaged(`a fragment is missing at byte ${position}`)
    if (length > bytes.length - position - 8) throw damaged(`a fragment at byte ${position} is cut short`)
    items.push(bytes.subarray(position + 8, position + 8 + length))
    position += 8 + length
  }
  return items
}

function offsets(table: Uint8Array): number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength)
  return Array.from({ length: table.length >> 2 }, (_, i) => view.getUint32(4 * i, true))
}

function join(fragments: readonly Uint8Array[]): Uint8Array {
  const [only] = fragments
  if (only !== undefined && fragments.length === 1) return only
  const joined = new Uint8Array(fragments.reduce((sum, fragment) => sum + fragment.length, 0))
  let position = 0
  for (const fragment of fragments) {
    joined.set(fragment, position)
    position += fragment.length
  }
  return joined
}

function damaged(what: string): HilumError {
  return new HilumError('bad-input', `The compressed pixel data is damaged: ${what}.`, {
    mend: 'Export or copy the file again.',
  })
}
