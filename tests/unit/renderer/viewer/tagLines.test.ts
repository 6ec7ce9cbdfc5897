import { describe, expect, it } from 'vitest'
import { filterTags, identifies, type TagLine } from '../../../../src/renderer/viewer/tagLines.ts'

const line = (tag: string, vr: string, name: string, value: string): TagLine => ({ tag, vr, name, value, depth: 0 })
const lines = [
  line('(0008,0050)', 'SH', 'AccessionNumber', 'A17'), line('(0010,0010)', 'PN', 'PatientName', 'DOE^JANE'),
  line('(0028,1050)', 'DS', 'WindowCenter', '2048'), line('(0028,1051)', 'DS', 'WindowWidth', '4096'),
]
const found = (query: string) => filterTags(lines, query).map((one) => one.name)

describe('the tag browser', () => {
  it('finds by name, value and tag, with every word typed', () => {
    expect(found('window')).toEqual(['WindowCenter', 'WindowWidth'])
    expect(found('WINDOW 4096')).toEqual(['WindowWidth'])
    expect([found('0028,1050'), found('00281050')]).toEqual([['WindowCenter'], ['WindowCenter']])
    expect([found(''), found('nothing')]).toEqual([lines.map((one) => one.name), []])
  })

  it('knows what says who the patient is', () => {
    expect(lines.filter(identifies).map((one) => one.name)).toEqual(['AccessionNumber', 'PatientName'])
    expect(identifies(line('(0020,000d)', 'UI', 'StudyInstanceUID', '1.2'))).toBe(true)
  })
})
