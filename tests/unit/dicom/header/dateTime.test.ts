import { describe, expect, it } from 'vitest'
import { isoDate, isoTime } from '../../../../src/dicom/header/dateTime.ts'

describe('isoDate', () => {
  it.each([
    ['20240229', '2024-02-29'],
    ['1993.08.22', '1993-08-22'],
    ['20230229', null],
    ['20241301', null],
    ['', null],
    ['today', null],
  ])('reads %s', (value, date) => expect(isoDate(value)).toBe(date))
})

describe('isoTime', () => {
  it.each([
    ['070907.0705', '07:09:07'],
    ['1010', '10:10:00'],
    ['23', '23:00:00'],
    ['23:59:60', '23:59:60'],
    ['2460', null],
    ['', null],
  ])('reads %s', (value, time) => expect(isoTime(value)).toBe(time))
})
