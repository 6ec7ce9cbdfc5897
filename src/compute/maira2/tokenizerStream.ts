import { stripStart } from './whitespace.ts'

/** What an id of the vocabulary adds to decoded text. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'control' } // leaves no trace in text

/** A decoded token. `start` is the offset of `text` in the whole text, UTF-16 code units. */
export interface DecodedToken {
  readonly id: number
  readonly text: string
  readonly start: number
}

const CONTROL: Piece = { kind: 'control' }
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Decodes a LLaMA vocabulary token by token. The tokens' texts, joined, are the text that Hugging Face's tokenizers
 * library gives for all ids with `skip_special_tokens`, less its leading white space (a completion opens with one
 * space). Byte tokens are held until their run ends, because a run that is not valid UTF-8 becomes one U+FFFD a byte
 * as a whole (so does the reference); a character goes to the token that completes it.
 */
export class TextStream {
  #pieces: readonly Piece[]
  #text = ''
  #held: { readonly id: number; readonly byte: number | null }[] = []

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces
  }

  /** All text decoded so far, held bytes not included. */
  get text(): string {
    return this.#text
  }

  /** Takes the next id and returns the tokens whose text is now known, oldest first. */
  push(id: number): readonly DecodedToken[] {
    const piece = this.#pieces[id] ?? CONTROL
    if (piece.kind === 'byte') {
      this.#held.push({ id, byte: piece.byte })
      return []
    }
    if (piece.kind === 'control') {
      if (this.#held.length === 0) return [this.#add(id, '')]
      this.#held.push({ id, byte: null }) // control tokens do not end a run of bytes
      return []
    }
    return [...this.end(), this.#add(id, piece.text)]
  }

  /** Releases held bytes. Call it after the last id. */
  end(): readonly DecodedToken[] {
    const held = this.#held
    this.#held = []
    const texts = bytesToTexts(held.flatMap(({ byte }) => (byte === null ? [] : [byte])))
    let next = 0
    return held.map(({ id, byte }) => this.#add(id, byte === null ? '' : texts[next++]!))
  }

  #add(id: number, raw: string): DecodedToken {
    const start = this.#text.length
    const text = start === 0 ? stripStart(raw) : raw
    this.#text += text
    return { id, text, start }
  }
}

/** The text of each byte of a run: a character at its last byte, or U+FFFD at every byte of a run that is not UTF-8. */
function bytesToTexts(bytes: readonly number[]): readonly string[] {
  try {
    const texts = bytes.map(() => '')
    let end = 0
    for (const character of UTF8.decode(Uint8Array.from(bytes))) {
      const point = character.codePointAt(0)!
      end += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
      texts[end - 1] = character
    }
    return texts
  } catch {
    return bytes.map(() => '\uFFFD')
  }
}
