import { describe, expect, it } from 'vitest'
import { ageAt, dateInWords, intervalInWords } from '../../../../src/renderer/format/dates.ts'

describe('the interval to a prior study', () => {
  it.each([
    ['2026-02-03', '2026-02-03', 'the same day'],
    ['2026-02-02', '2026-02-03', '1 day before'],
    ['2026-01-20', '2026-02-03', '2 weeks before'],
    ['2025-12-25', '2026-02-03', '6 weeks before'],
    ['2025-11-03', '2026-02-03', '3 months before'],
    ['2024-12-03', '2026-02-03', '14 months before'],
    ['2021-02-03', '2026-02-03', '5 years before'],
  ])('%s to %s reads "%s"', (prior, current, words) => {
    expect(intervalInWords(prior, current)).toBe(words)
  })

  it('says so when the "prior" is the later one', () => {
    expect(intervalInWords('2026-02-10', '2026-02-03')).toBe('7 days after')
  })

  it('is unknown when a date is missing or malformed', () => {
    expect(intervalInWords(null, '2026-02-03')).toBeNull()
    expect(intervalInWords('20250203', '2026-02-03')).toBeNull()
  })
})

describe('age', () => {
  it('counts completed years at the day of the study', () => {
    expect(ageAt('1950-02-04', '2026-02-03')).toBe(75)
    expect(ageAt('1950-02-03', '2026-02-03')).toBe(76)
    expect(ageAt(null, '2026-02-03')).toBeNull()
    expect(ageAt('2027-01-01', '2026-02-03')).toBeNull()
  })
})

describe('a date on the screen', () => {
  it('cannot be read as day for month', () => {
    expect(dateInWords('2026-02-03')).toBe('03 Feb 2026')
    expect(dateInWords(null)).toBe('no date')
  })
})
