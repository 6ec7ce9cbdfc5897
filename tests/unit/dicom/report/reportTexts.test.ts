import { describe, expect, it } from 'vitest'
import { CAPS } from '../../../../src/dicom/caps.ts'
import { plainText, reportTexts } from '../../../../src/dicom/report/reportTexts.ts'
import { examine } from '../../../../src/dicom/scan/examine.ts'
import type { ElementToWrite } from '../../../../src/dicom/write/encodeDataSet.ts'
import { buildDicom } from '../../../fixtures/dicom/buildDicom.ts'

describe('the text of a report', () => {
  it('is taken apart by its headings', () => {
    const text = `                 FINAL REPORT
 EXAMINATION:  CHEST (PA AND LAT)

 INDICATION:  Cough and
 fever.

 COMPARISON:  None.

 FINDINGS: 
 
 Lungs are clear: no effusion.

 IMPRESSION: 
 No acute process.`
    expect(reportTexts(text)).toEqual({
      report: 'Lungs are clear: no effusion. No acute process.', indication: 'Cough and fever.', technique: null, comparison: 'None.',
    })
  })

  it('without headings is the report', () => {
    expect(reportTexts('Clear lungs.\nNo effusion.')).toMatchObject({ report: 'Clear lungs. No effusion.', indication: null })
  })

  it('is no text when it holds control characters or nothing', () => {
    expect(plainText(Uint8Array.of(72, 0, 105))).toBeNull()
    expect(plainText(Buffer.from(' \n'))).toBeNull()
    expect(plainText(Buffer.from('Lungs\tclear\r\n'))).toBe('Lungs\tclear\r\n')
  })
})

describe('a structured report', () => {
  const coded = (meaning: string): ElementToWrite => [0x0040a043, 'SQ', [[[0x00080104, 'LO', meaning]]]]
  const text = (meaning: string, value: string): readonly ElementToWrite[] =>
    [[0x0040a040, 'CS', 'TEXT'], coded(meaning), [0x0040a160, 'UT', value]]

  it('gives its texts to the study it belongs to', async () => {
    const content: ElementToWrite = [0x0040a730, 'SQ', [
      [[0x0040a040, 'CS', 'CONTAINER'], coded('Findings'), [0x0040a730, 'SQ', [text('Finding', 'Clear lungs.'), text('Finding', 'Normal heart.')]]],
      [[0x0040a040, 'CS', 'CONTAINER'], coded('History'), [0x0040a730, 'SQ', [text('History', 'Cough.')]]],
    ]]
    const bytes = buildDicom({ pixels: null, elements: [[0x00080060, 'CS', 'SR'], [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.11'], content] })
    expect(await examine(bytes, { folder: '', file: '' }, CAPS)).toEqual({
      kind: 'report', studyUid: '2.25.1',
      texts: { report: 'Clear lungs. Normal heart.', indication: 'Cough.', technique: null, comparison: null },
    })
  })

  it('without text is left out', async () => {
    const bytes = buildDicom({ pixels: null, elements: [[0x00080060, 'CS', 'SR']] })
    expect(await examine(bytes, { folder: '', file: '' }, CAPS)).toMatchObject({ kind: 'skipped', reason: /structured report/ })
  })
})
