import { describe, expect, it } from 'vitest'
import { ageAt, intervalInWords, studyTimeInWords, type StudyTime } from '../../../../src/renderer/format/dates.ts'

const on = (date: string | null): StudyTime => ({ date, offset: null })
const day = (count: number): StudyTime => ({ date: null, offset: { count, unit: 'day' } })
const visit = (count: number): StudyTime => ({ date: null, offset: { count, unit: 'follow-up' } })

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
    expect(intervalInWords(on(prior), on(current))).toBe(words)
  })

  it('says so when the "prior" is the later one', () => {
    expect(intervalInWords(on('2026-02-10'), on('2026-02-03'))).toBe('7 days after')
  })

  it('is unknown when a date is missing or malformed', () => {
    expect(intervalInWords(null, on('2026-02-03'))).toBeNull()
    expect(intervalInWords(on(null), on('2026-02-03'))).toBeNull()
    expect(intervalInWords(on('20250203'), on('2026-02-03'))).toBeNull()
  })

  it('is known between pictures that tell their days, not between visits, nor between a picture and a date', () => {
    expect(intervalInWords(day(-10), day(3))).toBe('13 days before')
    expect(intervalInWords(visit(1), visit(2))).toBeNull()
    expect(intervalInWords(day(-10), on('2026-02-03'))).toBeNull()
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
    expect(studyTimeInWords(on('2026-02-03'))).toBe('03 Feb 2026')
  })

  it('is not made up for a picture', () => {
    expect(studyTimeInWords(on(null))).toBe('date unknown')
    expect(studyTimeInWords(day(3))).toBe('day +3, date unknown')
    expect(studyTimeInWords(day(-10))).toBe('day -10, date unknown')
    expect(studyTimeInWords(visit(2))).toBe('follow-up 2, date unknown')
  })
})
