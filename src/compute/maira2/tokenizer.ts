import { randomUUID } from 'node:crypto'
import { Tokenizer } from '@huggingface/tokenizers'
import { HilumError } from '../../shared/errors.ts'
import { IMAGE_TOKEN } from './chatTemplate.ts'
import type { PromptItem } from './prompt.ts'
import { readTokenizerLayout, type TokenizerLayout } from './tokenizerLayout.ts'
import { TextStream } from './tokenizerStream.ts'

/** A prompt as the decoder reads it. */
export interface EncodedPrompt {
  readonly ids: Int32Array
  /** Where each film's image tokens start in `ids`, in prompt order. */
  readonly imageStarts: readonly number[]
}

/**
 * A checkpoint's tokenizer, for prompts made of our own sentences and readers' text.
 *
 * Readers' text may contain look-alikes of the vocabulary's added tokens (`<image>`, `</s>`, `<box>`, `<x10>`). Those
 * must stay text, but encoding the fields apart from the sentences around them would change benign prompts too, since
 * merges and the inserted leading space depend on the neighbours. So the whole prompt is encoded at once, by a
 * tokenizer that knows a single added token: the image token under a name that is random for each process. It stands
 * where our items say that a film is, and nothing a reader writes can match it. Text without look-alikes gets exactly
 * the ids that the checkpoint's tokenizer gives; a look-alike gets the ids of its characters' pieces. Should the merges
 * of a vocabulary spell an added token out of characters, it is broken into single characters.
 */
export class ReportTokenizer {
  readonly vocabularySize: number
  readonly bosId: number
  readonly eosId: number
  readonly imageId: number

  readonly #layout: TokenizerLayout
  readonly #guarded: Tokenizer
  readonly #imageName: string

  /**
   * @param json the parsed tokenizer.json
   * @param config the parsed tokenizer_config.json
   * @throws HilumError unsupported when the files are not those of a LLaMA tokenizer with MAIRA-2's added tokens.
   */
  constructor(json: unknown, config: unknown) {
    const layout = readTokenizerLayout(json, config)
    this.#layout = layout
    this.#imageName = `<image ${randomUUID()}>`
    this.#guarded = new Tokenizer(
      { ...layout.json, post_processor: null, added_tokens: [{ ...layout.imageToken, content: this.#imageName }] },
      layout.config,
    )
    this.vocabularySize = layout.pieces.length
    this.bosId = layout.bosId
    this.eosId = layout.eosId
    this.imageId = layout.imageToken.id
  }

  /**
   * The prompt's ids, BOS first, each film as `imageTokens` image tokens.
   *
   * @throws HilumError unsupported when the vocabulary does not keep the films apart from the text.
   */
  encodePrompt(prompt: readonly PromptItem[], imageTokens: number): EncodedPrompt {
    const text = prompt.map((item) => (item.kind === 'text' ? item.text : this.#imageName)).join('')
    const films = prompt.filter((item) => item.kind === 'image').length
    const ids: number[] = [...this.#layout.prefix]
    const imageStarts: number[] = []
    for (const token of this.#guarded.tokenize(text)) {
      if (token === this.#imageName) {
        imageStarts.push(ids.length)
        for (let i = 0; i < imageTokens; i++) ids.push(this.imageId)
      } else {
        ids.push(...this.#textIds(token))
      }
    }
    if (imageStarts.length !== films) {
      throw new HilumError('unsupported', `The tokenizer does not find ${IMAGE_TOKEN} inside a prompt.`, {
        mend: 'Use the tokenizer.json that came with the checkpoint.',
      })
    }
    return { ids: Int32Array.from(ids), imageStarts }
  }

  /** Plain text's ids, BOS first; nothing in it is taken for an added token. */
  encodeText(text: string): Int32Array {
    return Int32Array.from([...this.#layout.prefix, ...this.#guarded.tokenize(text).flatMap((t) => this.#textIds(t))])
  }

  /** The text of generated ids: control tokens left out, grounding tokens kept, no white space at the start. */
  decode(ids: Iterable<number>): string {
    const stream = this.stream()
    for (const id of ids) stream.push(id)
    stream.end()
    return stream.text
  }

  /** Decodes ids as they come; its text is what `decode` gives for all of them. */
  stream(): TextStream {
    return new TextStream(this.#layout.pieces)
  }

  /** Ids of a piece that came from text: one, unless it spells an added token. */
  #textIds(piece: string): readonly number[] {
    const id = this.#guarded.token_to_id(piece)
    if (id !== undefined && !this.#layout.reserved.has(id)) return [id]
    return Array.from(piece, (character) => this.#layout.characterIds(character)).flat()
  }
}
