import { describe, expect, it } from 'vitest'
import { bareSyntax, sniff } from '../../../../src/dicom/parse/sniff.ts'
import { BIG_ENDIAN, EXPLICIT, IMPLICIT, buildDicom } from '../../../fixtures/dicom/buildDicom.ts'
import { greyPng } from '../../../fixtures/dicom/encodePng.ts'

describe('sniff', () => {
  it('tells a file by its first bytes, never by its name', () => {
    expect(sniff(buildDicom())).toBe('dicom')
    expect(sniff(greyPng(4, 4))).toBe('png')
    expect(sniff(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))).toBe('jpeg')
    expect(sniff(Uint8Array.of(0x50, 0x4b, 3, 4))).toBe('zip')
    expect(sniff(Uint8Array.of(0x1f, 0x8b, 8))).toBe('gzip')
    expect(sniff(new TextEncoder().encode('patient_id,image_id,sex,age,size'))).toBe('other')
    expect(sniff(new Uint8Array(0))).toBe('other')
    expect(sniff(new Uint8Array(600))).toBe('other')
  })

  it.each([EXPLICIT, IMPLICIT, BIG_ENDIAN])('knows a data set of syntax %s that comes without file meta', (syntax) => {
    const bytes = buildDicom({ syntax, bare: true })
    expect(bareSyntax(bytes)).toBe(syntax)
    expect(sniff(bytes)).toBe('bare-dicom')
  })
})
