import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { CAPS } from '../../../../src/dicom/caps.ts'
import { decodePng } from '../../../../src/dicom/picture/png.ts'
import { concat } from '../../../../src/dicom/write/encodeDataSet.ts'
import { chunk, encodePng, greyPng } from '../../../fixtures/dicom/encodePng.ts'

interface Picture {
  readonly name: string
  readonly columns: number
  readonly rows: number
  readonly samples: number
  readonly bits: number
  readonly sha256: string
  readonly png: string
}

const { pictures } = JSON.parse(readFileSync('tests/golden/png/pngSuite.json', 'utf8')) as {
  readonly pictures: readonly Picture[]
}
const END = chunk('IEND', new Uint8Array(0))

describe('decodePng', () => {
  it.each(pictures)('reads $name of PngSuite as others do', ({ columns, rows, samples, bits, sha256, png }) => {
    const { values, ...shape } = decodePng(Buffer.from(png, 'base64'), CAPS)
    expect(shape).toEqual({ columns, rows, samples, bits })
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
  })

  it('undoes every filter', () => {
    const lines = Uint8Array.from({ length: 40 * 10 }, (_, i) => (i * 73 + (i >> 3)) & 0xff)
    const png = encodePng({ columns: 40, rows: 10, depth: 8, colour: 0, lines, filter: (row) => row % 5 })
    expect(decodePng(png, CAPS)).toEqual({ columns: 40, rows: 10, samples: 1, bits: 8, values: lines })
  })

  it('keeps 16 bits and drops alpha', () => {
    const lines = Uint8Array.of(0x12, 0x34, 0xff, 0xff, 0xab, 0xcd, 0, 0)
    const png = encodePng({ columns: 2, rows: 1, depth: 16, colour: 4, lines })
    expect(decodePng(png, CAPS).values).toEqual(Uint16Array.of(0x1234, 0xabcd))
  })

  it('widens one bit to black and white', () => {
    const png = encodePng({ columns: 8, rows: 1, depth: 1, colour: 0, lines: Uint8Array.of(0b10110000) })
    expect(decodePng(png, CAPS).values).toEqual(Uint8Array.of(255, 0, 255, 255, 0, 0, 0, 0))
  })

  it('looks palettes up, and refuses a pixel that is not in it', () => {
    const picture = { columns: 2, rows: 1, depth: 8, colour: 3, lines: Uint8Array.of(1, 0) }
    const palette = Uint8Array.of(1, 2, 3, 4, 5, 6)
    const { samples, values } = decodePng(encodePng({ ...picture, palette }), CAPS)
    expect([samples, ...values]).toEqual([3, 4, 5, 6, 1, 2, 3])
    expect(() => decodePng(encodePng({ ...picture, palette: palette.subarray(0, 3) }), CAPS)).toThrow(/not in its palette/)
    expect(() => decodePng(encodePng(picture), CAPS)).toThrow(/no palette/)
  })

  it.each([
    { colour: 0, depth: 1, bytes: 5 }, { colour: 0, depth: 16, bytes: 66 }, { colour: 6, depth: 8, bytes: 132 },
  ])('reads an interlaced picture as the same one that is not: colour type $colour, $depth bits', ({ colour, depth, bytes }) => {
    for (const [rows, columns] of [[19, 33], [1, 1], [3, 2]] as const) {
      const lines = Uint8Array.from({ length: rows * bytes }, (_, i) => (i * 151 + (i >> 2)) & 0xff)
      const picture = { columns, rows, depth, colour, lines, filter: (row: number) => row % 5 }
      expect(decodePng(encodePng({ ...picture, interlace: 1 }), CAPS)).toEqual(decodePng(encodePng(picture), CAPS))
    }
  })

  it('refuses a bomb: data that inflates beyond what the header announces', () => {
    const good = encodePng({ columns: 8, rows: 8, depth: 8, colour: 0, lines: new Uint8Array(64) })
    const bomb = concat([good.subarray(0, 33), chunk('IDAT', deflateSync(new Uint8Array(50_000_000))), END])
    expect(() => decodePng(bomb, CAPS)).toThrow(expect.objectContaining({ kind: 'limit' }))
  })

  it('does not inflate what is not the picture', () => {
    const png = greyPng(8, 8)
    const profile = concat([Uint8Array.of(0x61, 0, 0), deflateSync(new Uint8Array(50_000_000))])
    const before = process.memoryUsage().arrayBuffers
    const bomb = concat([png.subarray(0, 33), chunk('iCCP', profile), png.subarray(33)])
    expect(decodePng(bomb, CAPS)).toEqual(decodePng(png, CAPS))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000)
  })

  it('refuses sizes over the caps before it inflates', () => {
    const header = new Uint8Array(13)
    new DataView(header.buffer).setUint32(0, 0x7fffffff)
    new DataView(header.buffer).setUint32(4, 16)
    header[8] = 8
    const huge = concat([greyPng(16, 16).subarray(0, 8), chunk('IHDR', header), chunk('IDAT', Uint8Array.of(1)), END])
    expect(() => decodePng(huge, CAPS)).toThrow(expect.objectContaining({ kind: 'limit' }))
  })

  it('refuses damage', () => {
    const lines = Uint8Array.from({ length: 64 }, (_, i) => i * i)
    const good = encodePng({ columns: 8, rows: 8, depth: 8, colour: 0, lines })
    const withData = (data: Uint8Array): Uint8Array => concat([good.subarray(0, 33), chunk('IDAT', data), END])
    const stream = deflateSync(new Uint8Array(72))
    const cases: Readonly<Record<string, Uint8Array>> = {
      'cut inside a chunk': good.subarray(0, 60),
      'without its data': concat([good.subarray(0, 33), END]),
      'cut inside the compressed data': withData(stream.subarray(0, stream.length - 6)),
      'three bytes short': withData(deflateSync(new Uint8Array(69))),
      'a filter of type 5': withData(deflateSync(Uint8Array.of(5, ...new Uint8Array(71)))),
      'a wrong checksum of the header': good.map((byte, i) => (i === 32 ? byte ^ 1 : byte)),
      'a wrong checksum of the data': good.map((byte, i) => (i === good.length - 13 ? byte ^ 1 : byte)),
      'a wrong checksum inside the data': withData(stream.map((byte, i) => (i === stream.length - 1 ? byte ^ 1 : byte))),
      'three bits a sample': encodePng({ columns: 8, rows: 8, depth: 3, colour: 0, lines: new Uint8Array(64) }),
    }
    for (const [what, png] of Object.entries(cases)) {
      expect(() => decodePng(png, CAPS), what).toThrow(expect.objectContaining({ kind: 'bad-input' }))
    }
  })
})
