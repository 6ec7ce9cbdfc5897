import { describe, expect, it } from 'vitest'
import { CAPS } from '../../../../src/dicom/caps.ts'
import { parseDicom } from '../../../../src/dicom/parse/parseDicom.ts'
import { TAG } from '../../../../src/dicom/parse/tags.ts'
import { HilumError } from '../../../../src/shared/errors.ts'
import { BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, buildDicom, nested } from '../../../fixtures/dicom/buildDicom.ts'

function errorOf(run: () => unknown): HilumError {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof HilumError) return thrown
    throw thrown
  }
  throw new Error('nothing was thrown')
}

describe('parseDicom', () => {
  it.each([EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED])('reads the header of syntax %s up to the pixels', (syntax) => {
    const { dataSet, transferSyntaxUid, pixelData } = parseDicom(buildDicom({ syntax }))
    expect(transferSyntaxUid).toBe(syntax)
    expect(dataSet.text(TAG.PatientName)).toBe('Doe^Jane')
    expect(dataSet.uint16(TAG.Rows)).toBe(160)
    expect(pixelData).toMatchObject({ length: 160 * 128 * 2 })
  })

  it('reads files without preamble and file meta', () => {
    const parsed = parseDicom(buildDicom({ bare: true, syntax: IMPLICIT }))
    expect(parsed.transferSyntaxUid).toBe(IMPLICIT)
    expect(parsed.dataSet.text(TAG.Modality)).toBe('DX')
  })

  it('reads on when the file meta group length lies', () => {
    const bytes = buildDicom()
    new DataView(bytes.buffer).setUint32(140, 0xfffffff0, true)
    expect(parseDicom(bytes).dataSet.text(TAG.Modality)).toBe('DX')
  })

  it('believes the bytes when the transfer syntax names the wrong VR encoding', () => {
    const bytes = buildDicom({ syntax: IMPLICIT })
    const meta = new TextDecoder('latin1').decode(bytes.subarray(0, 400))
    const at = meta.indexOf('1.2.840.10008.1.2\0')
    const longer = buildDicom({ syntax: EXPLICIT })
    const explicitMeta = longer.subarray(0, 132 + 12 + new DataView(longer.buffer).getUint32(140, true))
    const implicitSet = bytes.subarray(132 + 12 + new DataView(bytes.buffer).getUint32(140, true))
    expect(at).toBeGreaterThan(0)
    const mixed = Uint8Array.from([...explicitMeta, ...implicitSet])
    expect(parseDicom(mixed).dataSet.text(TAG.PatientID)).toBe('P1')
  })

  it('keeps the header of a syntax it cannot decode', () => {
    const parsed = parseDicom(buildDicom({ syntax: '1.2.840.10008.1.2.4.110', fragments: [new Uint8Array(8)] }))
    expect(parsed.syntax).toBeNull()
    expect(parsed.pixelData).toMatchObject({ length: null })
    expect(parsed.dataSet.text(TAG.PatientID)).toBe('P1')
  })

  it('refuses what is no DICOM', () => {
    expect(errorOf(() => parseDicom(new TextEncoder().encode('hello')))).toMatchObject({ kind: 'bad-input' })
  })

  it('refuses a file over the byte cap before it looks inside', () => {
    expect(errorOf(() => parseDicom(buildDicom(), { ...CAPS, fileBytes: 1000 }))).toMatchObject({ kind: 'limit' })
  })

  it('refuses a length that leads behind the end of the file, and says where', () => {
    const bytes = buildDicom({ elements: [[0x00204000, 'UT', 'note']], pixels: null })
    const at = new TextDecoder('latin1').decode(bytes).indexOf('UT\0\0')
    new DataView(bytes.buffer).setUint32(at + 4, 0x7fffffff, true)
    const error = errorOf(() => parseDicom(bytes))
    expect(error.kind).toBe('bad-input')
    expect(error.message).toContain('claims 2147483647 bytes')
    expect(error.mend).not.toBeNull()
  })

  it('takes sequences 64 deep and refuses 65, and thousands without a crash', () => {
    expect(parseDicom(buildDicom({ elements: [nested(64)] })).dataSet.has('x00400275')).toBe(true)
    for (const depth of [65, 300]) {
      expect(errorOf(() => parseDicom(buildDicom({ elements: [nested(depth)] })))).toMatchObject({ kind: 'limit' })
    }
    expect(errorOf(() => parseDicom(endlesslyNested(20_000)))).toMatchObject({ kind: 'limit', message: /64 deep/ })
  })

  it('refuses more elements than the cap while it reads them', () => {
    const elements = Array.from({ length: 2000 }, (_, i) => [0x00090000 + i, 'LO', 'x'] as const)
    expect(errorOf(() => parseDicom(buildDicom({ elements }), { ...CAPS, elements: 300 }))).toMatchObject({ kind: 'limit' })
    expect(parseDicom(buildDicom({ elements })).dataSet.elements().length).toBeGreaterThan(2000)
  })

  it('stops a deflated bomb at the cap', () => {
    const bomb = buildDicom({ syntax: DEFLATED, rows: 2000, columns: 2000, pixels: new Uint16Array(4_000_000) })
    expect(bomb.length).toBeLessThan(50_000)
    const error = errorOf(() => parseDicom(bomb, { ...CAPS, inflatedBytes: 1_000_000 }))
    expect(error).toMatchObject({ kind: 'limit' })
  })

  it('refuses Rows of four bytes, whatever VR it declares', () => {
    const bytes = buildDicom({ elements: [[0x00280010, 'UL', Uint8Array.of(160, 0, 1, 0)]] })
    const { dataSet } = parseDicom(bytes)
    expect(errorOf(() => dataSet.uint16(TAG.Rows)).message).toContain('(0028,0010) holds 4 bytes where 2 belong')
  })

  it('answers every truncation with a value or a HilumError', () => {
    const bytes = buildDicom({ elements: [nested(3)] })
    for (let length = 0; length < 1200; length++) {
      try {
        parseDicom(bytes.subarray(0, length))
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(HilumError)
      }
    }
  })
})

/** Sequences and items of undefined length, opened and never closed. */
function endlesslyNested(depth: number): Uint8Array {
  const open = [0x40, 0, 0x75, 2, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff]
  return Uint8Array.from([...buildDicom({ pixels: null }), ...Array.from({ length: depth }, () => open).flat()])
}
