import { z } from 'zod'
import { HilumError } from '../../shared/errors.ts'
import { IMAGE_TOKEN } from './chatTemplate.ts'
import type { Piece } from './tokenizerStream.ts'

const SPACE = '▁'

const AddedToken = z.looseObject({ id: z.number().int().min(0), content: z.string().min(1), special: z.boolean() })

const TemplateItem = z.union([
  z.object({ SpecialToken: z.object({ id: z.string() }) }),
  z.object({ Sequence: z.object({ id: z.string() }) }),
])

const PostProcessor = z.object({
  type: z.literal('TemplateProcessing'),
  single: z.array(TemplateItem),
  special_tokens: z.record(z.string(), z.object({ ids: z.array(z.number().int()) })),
})

/** LLaMA's decoder, which the text stream carries out; it takes off all leading space, so Strip makes no difference. */
const Decoder = z.object({
  type: z.literal('Sequence'),
  decoders: z.union([
    z.tuple([replaceSpace(), z.object({ type: z.literal('ByteFallback') }), z.object({ type: z.literal('Fuse') })]),
    z.tuple([
      replaceSpace(),
      z.object({ type: z.literal('ByteFallback') }),
      z.object({ type: z.literal('Fuse') }),
      z.object({ type: z.literal('Strip'), content: z.literal(' '), start: z.literal(1), stop: z.literal(0) }),
    ]),
  ]),
})

const TokenizerJson = z.looseObject({
  added_tokens: z.array(AddedToken),
  post_processor: PostProcessor.nullable(),
  decoder: Decoder,
  model: z.looseObject({
    type: z.literal('BPE'),
    unk_token: z.string(),
    // Checked entry by entry in `pieceTable`, in one pass over what may be 32,000 entries.
    vocab: z.custom<Readonly<Record<string, number>>>((value) => typeof value === 'object' && value !== null),
  }),
})

const TokenizerConfig = z.looseObject({
  add_bos_token: z.boolean().optional(),
  bos_token: tokenName().optional(),
  eos_token: tokenName().optional(),
})

/** What the tokenizer needs to know of a checkpoint's files. */
export interface TokenizerLayout {
  readonly json: z.infer<typeof TokenizerJson>
  readonly config: z.infer<typeof TokenizerConfig>
  /** By id. */
  readonly pieces: readonly Piece[]
  /** Ids put before every text (BOS). */
  readonly prefix: readonly number[]
  readonly bosId: number
  readonly eosId: number
  readonly imageToken: z.infer<typeof AddedToken>
  /** Ids that no reader's text may produce: all added tokens but the unknown token. */
  readonly reserved: ReadonlySet<number>
  /** Ids of one character: its own piece, or its UTF-8 bytes. */
  readonly characterIds: (character: string) => readonly number[]
}

/**
 * Checks a parsed tokenizer.json and tokenizer_config.json and draws up their tables.
 *
 * @throws HilumError unsupported, naming what differs from MAIRA-2's layout.
 */
export function readTokenizerLayout(jsonFile: unknown, configFile: unknown): TokenizerLayout {
  const json = parse(TokenizerJson, jsonFile, 'tokenizer.json')
  const config = parse(TokenizerConfig, configFile, 'tokenizer_config.json')
  const ids = new Map(Object.entries(json.model.vocab))
  for (const token of json.added_tokens) ids.set(token.content, token.id)

  const idOf = (name: string): number => {
    const id = ids.get(name)
    if (id === undefined) throw unsupported('tokenizer.json', `it has no token ${name}`)
    return id
  }
  const imageToken = json.added_tokens.find((token) => token.content === IMAGE_TOKEN)
  if (imageToken === undefined) throw unsupported('tokenizer.json', `it has no added token ${IMAGE_TOKEN}`)
  const unknownId = idOf(json.model.unk_token)
  const bosId = idOf(config.bos_token ?? '<s>')
  return {
    json,
    config,
    pieces: pieceTable(json),
    prefix: prefixIds(json.post_processor, config.add_bos_token === false ? [] : [bosId]),
    bosId,
    eosId: idOf(config.eos_token ?? '</s>'),
    imageToken,
    reserved: new Set(json.added_tokens.map((token) => token.id).filter((id) => id !== unknownId)),
    characterIds: (character) => {
      const id = json.model.vocab[character]
      if (id !== undefined) return [id]
      return Array.from(new TextEncoder().encode(character), (byte) => json.model.vocab[byteName(byte)] ?? unknownId)
    },
  }
}

function pieceTable(json: z.infer<typeof TokenizerJson>): readonly Piece[] {
  const entries = Object.entries(json.model.vocab)
  const limit = entries.length + json.added_tokens.length
  const pieces: Piece[] = []
  for (const [content, id] of [...entries, ...json.added_tokens.map((token) => [token.content, token.id] as const)]) {
    if (!Number.isInteger(id) || id < 0 || id >= limit) {
      throw unsupported('tokenizer.json', `${JSON.stringify(content)} has the id ${id}, of ${limit} tokens`)
    }
    pieces[id] = toPiece(content)
  }
  for (const token of json.added_tokens) {
    pieces[token.id] = token.special ? { kind: 'control' } : { kind: 'text', text: token.content }
  }
  return Array.from(pieces, (piece) => piece ?? { kind: 'control' })
}

function toPiece(content: string): Piece {
  const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(content)?.[1]
  if (byte !== undefined) return { kind: 'byte', byte: Number.parseInt(byte, 16) }
  return { kind: 'text', text: content.replaceAll(SPACE, ' ') }
}

function byteName(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`
}

/** Ids before the text according to the post-processor, or `fallback` where the file has none. */
function prefixIds(processor: z.infer<typeof PostProcessor> | null, fallback: readonly number[]): readonly number[] {
  if (processor === null) return fallback
  const at = processor.single.findIndex((item) => 'Sequence' in item)
  if (at !== processor.single.length - 1) throw unsupported('tokenizer.json', 'it puts tokens after the text')
  return processor.single.flatMap((item) =>
    'SpecialToken' in item ? (processor.special_tokens[item.SpecialToken.id]?.ids ?? []) : [],
  )
}

function replaceSpace() {
  return z.object({
    type: z.literal('Replace'),
    pattern: z.object({ String: z.literal(SPACE) }),
    content: z.literal(' '),
  })
}

/** Older files write a token's name as a string, newer ones as an object with its flags. */
function tokenName() {
  return z.union([z.string(), z.object({ content: z.string() }).transform((token) => token.content)])
}

function parse<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw unsupported(file, `${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not understood'}`)
}

function unsupported(file: string, what: string): HilumError {
  return new HilumError('unsupported', `${file} is not a MAIRA-2 tokenizer: ${what}.`, {
    mend: 'Use the file that came with the checkpoint.',
  })
}
