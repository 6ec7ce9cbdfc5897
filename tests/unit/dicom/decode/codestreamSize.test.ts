import { describe, expect, it } from 'vitest'
import { codestreamSize } from '../../../../src/dicom/decode/codestreamSize.ts'

describe('codestreamSize', () => {
  it('reads the frame header of a JPEG behind other segments', () => {
    const stream = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc3, 0, 11, 12, 1, 2, 3, 4, 1, 1, 0x11, 0)
    const size = { rows: 0x102, columns: 0x304, samples: 1, bits: 12, whole: true, jpegProcess: 3 }
    expect(codestreamSize(stream)).toEqual(size)
  })

  it('reads SIZ of a JPEG 2000 codestream: size minus offset', () => {
    const stream = new Uint8Array(64)
    stream.set([0xff, 0x4f, 0xff, 0x51], 4)
    const view = new DataView(stream.buffer, 4)
    view.setUint32(8, 1100)
    view.setUint32(12, 900)
    view.setUint32(16, 100)
    view.setUint16(40, 1)
    view.setUint8(42, 0x8b) // signed, 12 bits
    const size = { rows: 900, columns: 1000, samples: 1, bits: 12, jpegProcess: null }
    expect(codestreamSize(stream)).toEqual({ ...size, whole: false })
    view.setUint16(43, 0x0101) // a sample for every column and row
    expect(codestreamSize(stream)).toEqual({ ...size, whole: true })
  })

  it('finds none in other bytes', () => {
    expect(codestreamSize(new Uint8Array(100))).toBeNull()
    expect(codestreamSize(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).toBeNull()
  })
})
