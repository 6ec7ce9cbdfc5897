import { TextDecoder } from 'node:util'

/**
 * Text of a data set under its Specific Character Set (0008,0005): the single-byte repertoires, UTF-8, GB18030 and
 * GBK, and ISO 2022 code extensions with their escape sequences (PS3.3 C.12.1.1.2, PS3.5 6.1).
 */
export interface Charset {
  decode(bytes: Uint8Array): string
}

/** Defined terms, without the `ISO_IR` / `ISO 2022 IR` prefix, and the WHATWG label that decodes each. */
const SINGLE_BYTE: Readonly<Record<string, string>> = {
  '6': 'latin1', '100': 'latin1', '101': 'iso-8859-2', '109': 'iso-8859-3', '110': 'iso-8859-4', '144': 'iso-8859-5',
  '127': 'iso-8859-6', '126': 'iso-8859-7', '138': 'iso-8859-8', '148': 'windows-1254', '203': 'iso-8859-15',
  '166': 'windows-874', '13': 'shift_jis', '192': 'utf-8',
}
/** Terms whose default repertoire is ASCII and that switch by escape sequence. */
const EXTENSIONS = new Set(['87', '159', '149', '58'])
const WHOLE: Readonly<Record<string, string>> = { GB18030: 'gb18030', GBK: 'gbk' }

/** What an escape sequence selects: a decoder, and how its bytes are brought into the form the decoder takes. */
interface Repertoire {
  readonly label: string
  readonly form: 'plain' | 'eucG0' | 'eucG3'
}
const ESCAPES: ReadonlyMap<string, Repertoire> = new Map([
  ['(B', { label: 'latin1', form: 'plain' }],
  ['(J', { label: 'shift_jis', form: 'plain' }],
  [')I', { label: 'shift_jis', form: 'plain' }],
  ['-A', { label: 'latin1', form: 'plain' }],
  ['-B', { label: 'iso-8859-2', form: 'plain' }],
  ['-C', { label: 'iso-8859-3', form: 'plain' }],
  ['-D', { label: 'iso-8859-4', form: 'plain' }],
  ['-L', { label: 'iso-8859-5', form: 'plain' }],
  ['-G', { label: 'iso-8859-6', form: 'plain' }],
  ['-F', { label: 'iso-8859-7', form: 'plain' }],
  ['-H', { label: 'iso-8859-8', form: 'plain' }],
  ['-M', { label: 'windows-1254', form: 'plain' }],
  ['-b', { label: 'iso-8859-15', form: 'plain' }],
  ['-T', { label: 'windows-874', form: 'plain' }],
  ['$B', { label: 'euc-jp', form: 'eucG0' }],
  ['$(D', { label: 'euc-jp', form: 'eucG3' }],
  ['$)C', { label: 'euc-kr', form: 'plain' }],
  ['$)A', { label: 'gbk', form: 'plain' }],
] as const)

const ESC = 0x1b
const decoders = new Map<string, TextDecoder>()

/** Reads the defined terms of (0008,0005), first the default; unknown terms fall back to Latin-1. */
export function charsetOf(terms: readonly string[]): Charset {
  const names = terms.map((term) => term.trim().toUpperCase())
  const first = names[0] ?? ''
  const label = WHOLE[first] ?? SINGLE_BYTE[number(first)] ?? 'latin1'
  const escapes = names.some((name) => name.startsWith('ISO 2022')) || names.some((name) => EXTENSIONS.has(number(name)))
  return { decode: escapes ? (bytes) => decodeEscaped(bytes, label) : (bytes) => decoder(label).decode(bytes) }
}

function number(term: string): string {
  return /(\d+)$/.exec(term)?.[1] ?? ''
}

function decoder(label: string): TextDecoder {
  const kept = decoders.get(label)
  if (kept !== undefined) return kept
  const made = new TextDecoder(label)
  decoders.set(label, made)
  return made
}

/** Walks runs between escape sequences; a delimiter outside a two-byte run goes back to the default repertoire. */
function decodeEscaped(bytes: Uint8Array, defaultLabel: string): string {
  const initial: Repertoire = { label: defaultLabel, form: 'plain' }
  let current = initial
  let start = 0
  let text = ''
  const flush = (end: number): void => {
    if (end > start) text += decodeRun(bytes.subarray(start, end), current)
  }
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === ESC) {
      flush(i)
      const sequence = escapeAt(bytes, i + 1)
      if (sequence !== null) {
        current = ESCAPES.get(sequence) ?? current
        i += sequence.length
      }
      start = i + 1
    } else if (current.form === 'plain' && current !== initial && DELIMITERS.has(byte)) {
      flush(i)
      current = initial
      start = i
    }
  }
  flush(bytes.length)
  return text
}

function escapeAt(bytes: Uint8Array, offset: number): string | null {
  for (const length of [2, 3]) {
    const candidate = String.fromCharCode(...bytes.subarray(offset, offset + length))
    if (ESCAPES.has(candidate)) return candidate
  }
  return null
}

/** Backslash, caret, equals, tab, line feed, form feed, carriage return. */
const DELIMITERS: ReadonlySet<number | undefined> = new Set([0x5c, 0x5e, 0x3d, 0x09, 0x0a, 0x0c, 0x0d])

function decodeRun(run: Uint8Array, { label, form }: Repertoire): string {
  if (form === 'plain') return decoder(label).decode(run)
  const raised = run.map((byte) => byte | 0x80)
  if (form === 'eucG0') return decoder(label).decode(raised)
  const prefixed: number[] = []
  for (let i = 0; i + 1 < raised.length; i += 2) prefixed.push(0x8f, raised[i] ?? 0, raised[i + 1] ?? 0)
  return decoder(label).decode(Uint8Array.from(prefixed))
}
