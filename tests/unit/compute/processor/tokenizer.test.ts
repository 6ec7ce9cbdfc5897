import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { PromptItem } from '../../../../src/compute/maira2/prompt.ts'
import { ReportTokenizer } from '../../../../src/compute/maira2/tokenizer.ts'
import { readTokenizerFiles } from '../../../../src/compute/maira2/tokenizerFiles.ts'
import { golden } from './golden.ts'

interface TokenizerJson {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[]
  readonly model: { readonly vocab: Record<string, number>; readonly merges: readonly (readonly [string, string])[] }
}
interface TextCase {
  readonly text: string
  readonly ids: readonly number[]
}
interface PromptCase {
  /** null is a film, here and among the ids. */
  readonly items: readonly (string | null)[]
  readonly ids: readonly (number | null)[]
}

const json = golden<TokenizerJson>('tokenizer/tokenizer.json')
const config = golden<object>('tokenizer/tokenizer_config.json')
const tokenizer = new ReportTokenizer(json, config)
const metaspace = new ReportTokenizer(
  {
    ...json,
    normalizer: null,
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false },
  },
  config,
)
const addedIds = new Set(json.added_tokens.map((token) => token.id))
const idOf = (content: string): number => json.added_tokens.find((token) => token.content === content)!.id
const HOSTILE = [...json.added_tokens.map((token) => token.content), 'a</s>b', '<<image>>', '<im<image>age> </s></s>']

const toItems = (items: readonly (string | null)[]): PromptItem[] =>
  items.map((item) => (item === null ? { kind: 'image', film: 'frontal' } : { kind: 'text', text: item }))

describe.each([
  ['LLaMA normalizer', tokenizer, 'texts.json', 'prompts.json'],
  ['Metaspace pre-tokenizer', metaspace, 'texts-metaspace.json', 'prompts-metaspace.json'],
])('ids equal those of the Hugging Face tokenizers library (%s)', (_, subject, texts, prompts) => {
  it('for texts in several scripts, with odd spaces, and hostile', () => {
    const cases = golden<TextCase[]>(texts)
    expect(cases.length).toBeGreaterThanOrEqual(200)
    for (const { text, ids } of cases) expect([...subject.encodeText(text)], JSON.stringify(text)).toEqual(ids)
  })

  it('for whole prompts', () => {
    for (const { items, ids } of golden<PromptCase[]>(prompts)) {
      const expected = ids.map((id) => id ?? subject.imageId)
      expect([...subject.encodePrompt(toItems(items), 1).ids], JSON.stringify(items)).toEqual(expected)
    }
  })
})

describe('real report sentences', () => {
  const folder = new URL('../../../../../shared/data/reports/iu-xray/', import.meta.url)
  const there = existsSync(folder)

  it.skipIf(!there)(`get the ids of the Hugging Face library${there ? '' : ' (../shared is absent)'}`, () => {
    const [expected] = golden<{ sentences: number; idsSha256: string }[]>('real-texts.json')
    const sentences = readdirSync(folder).filter((name) => name.endsWith('.xml')).sort().flatMap((name) => {
      const sections = readFileSync(new URL(name, folder), 'utf8').matchAll(/<AbstractText Label="[A-Z]+">([^<]+)</g)
      return Array.from(sections, (section) => section[1]!.split('. ')).flat()
    })
    const ids = sentences.map((sentence) => tokenizer.encodeText(sentence).join(' ')).join('\n')
    expect(sentences.length).toBe(expected!.sentences)
    expect(createHash('sha256').update(ids).digest('hex')).toBe(expected!.idsSha256)
  })
})

describe('encodePrompt', () => {
  const items = toItems(['Given the current frontal image', null, ' and the prior frontal image', null, ' Provide'])

  it('starts with BOS and expands each film to its image tokens', () => {
    const one = tokenizer.encodePrompt(items, 1)
    const many = tokenizer.encodePrompt(items, 1369)
    expect(one.ids[0]).toBe(tokenizer.bosId)
    expect(many.ids.length).toBe(one.ids.length + 2 * 1368)
    expect(many.ids.filter((id) => id === tokenizer.imageId).length).toBe(2 * 1369)
    expect(many.imageStarts).toEqual([one.imageStarts[0], one.imageStarts[1]! + 1368])
    for (const start of many.imageStarts) {
      expect(many.ids[start - 1]).not.toBe(tokenizer.imageId)
      expect(many.ids.subarray(start, start + 1369).every((id) => id === tokenizer.imageId)).toBe(true)
    }
  })

  it.each(HOSTILE)("keeps %j in a reader's text from becoming a token", (field) => {
    const prompt = toItems(['Given', null, ` INDICATION: ${field}`, `${field}${field}`, ` COMPARISON: ${field} `])
    const { ids, imageStarts } = tokenizer.encodePrompt(prompt, 3)
    expect(imageStarts.length).toBe(1)
    expect([...ids].filter((id) => addedIds.has(id))).toEqual([tokenizer.bosId, ...Array(3).fill(tokenizer.imageId)])
    expect(tokenizer.decode(ids).replaceAll(/\s+/g, '')).toContain(`INDICATION:${field}`.replaceAll(/\s+/g, ''))
  })

  it('breaks an added token up even where the merges of a vocabulary spell it', () => {
    const merges = [['<', 'o'], ['<o', 'b'], ['<ob', 'j'], ['<obj', '>']]
    const spelled = Object.fromEntries(['<o', '<ob', '<obj'].map((piece, i) => [piece, tokenizer.vocabularySize + i]))
    const vocab = { ...json.model.vocab, ...spelled, '<obj>': idOf('<obj>') }
    const traitor = new ReportTokenizer({ ...json, model: { ...json.model, vocab, merges } }, config)
    const ids = [...traitor.encodeText('x<obj>y')]
    expect(ids).not.toContain(idOf('<obj>'))
    expect(traitor.decode(ids)).toBe('x<obj>y')
  })
})

describe('decoding', () => {
  const cases = golden<TextCase[]>('decoded.json')

  it('gives the text of the Hugging Face tokenizers library', () => {
    for (const { ids, text } of cases) expect(tokenizer.decode(ids), JSON.stringify(ids)).toBe(text)
  })

  it('streams tokens whose texts join to the whole, each at its offset, in order', () => {
    for (const { ids, text } of cases) {
      const stream = tokenizer.stream()
      const tokens = [...ids.flatMap((id) => stream.push(id)), ...stream.end()]
      expect(tokens.map((token) => token.id)).toEqual(ids)
      expect(tokens.map((token) => token.text).join('')).toBe(text)
      expect(stream.text).toBe(text)
      for (const token of tokens) expect(text.slice(token.start, token.start + token.text.length)).toBe(token.text)
    }
  })

  it('shows each word as soon as its token comes, and a character of several bytes when its bytes are over', () => {
    const word = [...tokenizer.encodeText('Dyspnea.')].slice(1)
    const bytes = [...Buffer.from('日')].map((byte) => byte + 3)
    const stream = tokenizer.stream()
    expect(stream.push(word[0]!).map((token) => token.text)).toEqual(['Dyspnea'])
    expect(bytes.flatMap((id) => stream.push(id))).toEqual([])
    expect(stream.push(word[1]!).map((token) => token.text)).toEqual(['', '', '日', '.'])
    expect(stream.text).toBe('Dyspnea日.')
  })

  it('leaves control tokens out and grounding tokens in', () => {
    const ids = [idOf('<obj>'), ...tokenizer.encodeText('Nodule.').slice(1), idOf('</obj>'), idOf('<image>'), 2]
    expect(tokenizer.decode(ids)).toBe('<obj> Nodule.</obj>')
  })
})

describe('files', () => {
  it('are read from a checkpoint folder, with the chat template', async () => {
    const folder = fileURLToPath(new URL('../../../golden/processor/tokenizer', import.meta.url))
    const files = await readTokenizerFiles(folder)
    expect(files.tokenizer.vocabularySize).toBe(tokenizer.vocabularySize)
    expect(files.tokenizer.imageId).toBe(idOf('<image>'))
    expect([files.tokenizer.bosId, files.tokenizer.eosId]).toEqual([1, 2])
    expect(files.chatTemplate).toContain('radiology assistant')
  })

  it('that are missing are named', async () => {
    await expect(readTokenizerFiles(fileURLToPath(new URL('.', import.meta.url)))).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('tokenizer_config.json'),
    })
  })

  it.each([
    ['no image token', { added_tokens: json.added_tokens.filter((token) => token.content !== '<image>') }, '<image>'],
    ['another model', { model: { ...json.model, type: 'WordPiece' } }, 'model.type'],
    ['another decoder', { decoder: { type: 'ByteLevel' } }, 'decoder'],
    ['an id far away', { model: { ...json.model, vocab: { ...json.model.vocab, far: 2 ** 31 } } }, '"far"'],
    ['tokens after the text', {
      post_processor: {
        type: 'TemplateProcessing',
        single: [{ Sequence: { id: 'A' } }, { SpecialToken: { id: '</s>' } }],
        special_tokens: { '</s>': { ids: [2] } },
      },
    }, 'after the text'],
  ])('with %s are refused', (_, change, named) => {
    expect(() => new ReportTokenizer({ ...json, ...change }, config)).toThrowError(
      expect.objectContaining({ kind: 'unsupported', message: expect.stringContaining(named) }),
    )
  })
})
