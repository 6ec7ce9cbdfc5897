import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dictionary } from '../../../../src/compute/sae/dictionary.ts'
import { readDictionary } from '../../../../src/compute/sae/dictionaryFile.ts'
import {
  DICTIONARY, goldenArray, largestError, rawTensors, temporaryFolder,
} from '../../../integration/compute/support/engineFixture.ts'
import { floats, writeSafetensors } from '../../../integration/compute/support/safetensors.ts'

let dictionary: Dictionary
beforeAll(async () => void (dictionary = await Dictionary.open(DICTIONARY)))
afterAll(() => dictionary.release())

describe('a dictionary', () => {
  it('encodes like dictionary_learning', async () => {
    const codes = await dictionary.encode(await goldenArray('sae_x'))
    const expected = await goldenArray('sae_codes')
    expect(codes).toHaveLength(expected.length)
    expect(largestError(codes, expected)).toBeLessThan(1e-5)
    expect(codes.map((z) => (z > 0 ? 1 : 0))).toEqual(expected.map((z) => (z > 0 ? 1 : 0)))
  })

  it('decodes like dictionary_learning', async () => {
    const decoded = dictionary.decode(await goldenArray('sae_codes'), await goldenArray('sae_x'))
    expect(largestError(decoded, await goldenArray('sae_decoded'))).toBeLessThan(1e-5)
  })

  it('gives single features the activation they have in the whole code', async () => {
    const rows = await goldenArray('sae_x')
    const codes = await dictionary.encode(rows)
    const { size } = dictionary
    const single = codes.map((_, i) => dictionary.activation(rows, Math.floor(i / size), i % size))
    expect(largestError(single, codes)).toBeLessThan(1e-5)
  })

  it('lists the active features of each row, strongest first', async () => {
    const rows = await goldenArray('sae_x')
    const expected = await goldenArray('sae_codes')
    const lists = await dictionary.active(rows, 5)
    lists.forEach((list, row) => {
      const code = expected.slice(row * dictionary.size, (row + 1) * dictionary.size)
      const best = [...code.keys()].filter((i) => code[i]! > 0).sort((a, b) => code[b]! - code[a]!).slice(0, 5)
      expect(list.map((active) => active.feature)).toEqual(best)
    })
    expect(lists.flat().length).toBeGreaterThan(24)
  })

  it('counts a feature only above the threshold, not at it', async () => {
    const data = await readDictionary(DICTIONARY)
    const zeros = new Float32Array(data.width)
    const bias = Float32Array.from({ length: data.size }, (_, i) => [1, 1.0000001, 0.5, -1][i] ?? 0)
    const simple = { ...data, encoderBias: bias, decoderBias: zeros }
    const strict = await Dictionary.fromData({ ...simple, threshold: 1 })
    expect([...(await strict.encode(zeros)).slice(0, 4)].map((z) => z > 0)).toEqual([false, true, false, false])
    expect([0, 1, 2, 3].map((i) => strict.activation(zeros, 0, i) > 0)).toEqual([false, true, false, false])
    const uncalibrated = await Dictionary.fromData({ ...simple, threshold: -1 })
    expect([...(await uncalibrated.encode(zeros)).slice(0, 4)]).toEqual([1, Math.fround(1.0000001), 0.5, 0])
    await Promise.all([strict.release(), uncalibrated.release()])
  })

  it('has unit directions, as it was trained', () => {
    for (let i = 0; i < dictionary.size; i++) {
      expect(Math.hypot(...dictionary.direction(i))).toBeCloseTo(1, 3)
    }
  })
})

describe('a dictionary folder', () => {
  const damaged = async (change: (folder: string) => Promise<void>): Promise<unknown> => {
    const temporary = await temporaryFolder()
    try {
      const folder = join(temporary.path, 'dictionary')
      await cp(DICTIONARY, folder, { recursive: true })
      await change(folder)
      return await readDictionary(folder).then(() => 'accepted', (error: unknown) => (error as Error).message)
    } finally {
      await temporary.dispose()
    }
  }
  const withTensors = async (folder: string, change: Parameters<typeof writeSafetensors>[1]): Promise<void> => {
    const file = join(folder, 'dictionary.safetensors')
    await writeSafetensors(file, { ...(await rawTensors(file)), ...change })
  }

  it('is refused in one sentence when a part is wrong', async () => {
    expect(await damaged((f) => withTensors(f, { b_enc: floats([2], [1, 2]) }))).toBe(
      'The dictionary cannot be used: b_enc has the shape [2] instead of [96].',
    )
    expect(await damaged((f) => withTensors(f, { threshold: floats([], [NaN]) }))).toBe(
      'The dictionary cannot be used: threshold holds values that are not numbers (NaN or infinite).',
    )
    expect(await damaged((f) => writeFile(join(f, 'features.json'), '[]'))).toBe(
      'The dictionary cannot be used: features.json must describe features 0 to 95 in order.',
    )
    expect(await damaged((f) => writeFile(join(f, 'config.json'), '{"trainer":{}}'))).toMatch(
      /^The dictionary cannot be used: config\.json is wrong at trainer\.layer: /,
    )
    expect(await damaged((f) => writeFile(join(f, 'config.json'), '{"trainer":{"layer":1,"activation_dim":9}}'))).toBe(
      'The dictionary cannot be used: config.json says activation_dim 9, but W_enc has 64 rows.',
    )
  })
})
