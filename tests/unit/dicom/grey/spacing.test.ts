import { describe, expect, it } from 'vitest'
import { spacingOf } from '../../../../src/dicom/grey/spacing.ts'

const none = { pixelSpacing: null, imagerPixelSpacing: null, magnification: null }

// PS3.3 10.7.1.3.
describe('spacingOf', () => {
  it('claims detector millimetres for Imager Pixel Spacing, rows first', () => {
    expect(spacingOf({ ...none, imagerPixelSpacing: [0.15, 0.14] })).toEqual({ rowMm: 0.15, columnMm: 0.14, standing: 'detector' })
    expect(spacingOf({ ...none, imagerPixelSpacing: [0.15, 0.15], pixelSpacing: [0.15, 0.15] })?.standing).toBe('detector')
  })
  it('calls Pixel Spacing that differs from it calibrated', () => {
    expect(spacingOf({ ...none, imagerPixelSpacing: [0.15, 0.15], pixelSpacing: [0.13, 0.13] }))
      .toEqual({ rowMm: 0.13, columnMm: 0.13, standing: 'calibrated' })
  })
  it('divides by the magnification', () => {
    expect(spacingOf({ ...none, imagerPixelSpacing: [0.2, 0.2], magnification: 1.25 }))
      .toEqual({ rowMm: 0.16, columnMm: 0.16, standing: 'ermf' })
  })
  it('claims no more than detector millimetres for Pixel Spacing alone', () => {
    expect(spacingOf({ ...none, pixelSpacing: [0.168, 0.168] })?.standing).toBe('detector')
  })
  it('knows no millimetres without a plausible spacing', () => {
    expect(spacingOf(none)).toBeNull()
    expect(spacingOf({ ...none, pixelSpacing: [1000, 1000] })).toBeNull()
  })
})
