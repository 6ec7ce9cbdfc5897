import { describe, expect, it } from 'vitest'
import { steeringTable } from '../../../src/cli/steeringTable.ts'
import { milliseconds, table, wrap } from '../../../src/cli/table.ts'
import type { Feature } from '../../../src/shared/domain/feature.ts'

function feature(index: number, success: number | null, cases = 100, wellFormed = 0.99): Feature {
  const effect = success === null ? null : { strength: 4, cases, success, wellFormed }
  return {
    index, interpretation: `number ${index}`, detectionScore: 0.9, density: 0.1, maxActivation: 5, targets: ['pneumothorax'],
    comparison: false, effect, exemplars: [],
  }
}

describe('a table', () => {
  it('sets columns of numbers to the right and words to the left', () => {
    expect(table(['case', 'films'], [['a', '2'], ['bcdef', '12']])).toBe('case   films\na          2\nbcdef     12')
  })
})

describe('wrapped text', () => {
  it('breaks between words, led by the indent', () => {
    expect(wrap('There is a small effusion.', '  ', 14)).toBe('  There is a\n  small\n  effusion.')
  })
})

describe('milliseconds', () => {
  it.each([[0.25, '0.3 ms'], [12.4, '12 ms'], [12_345, '12.3 s']])('%d are "%s"', (value, text) => {
    expect(milliseconds(value)).toBe(text)
  })
})

describe('the table of steering success', () => {
  it('counts what steers and lists what does not', () => {
    const text = steeringTable([feature(1, 0.2), feature(2, 0.8), feature(3, null)])
    expect(text).toContain('1 of 2 measured features')
    const rows = text.split('\n').slice(-2)
    expect(rows[0]).toMatch(/^ *2 +80 % +4 x +100 +99 % +90 % +number 2$/)
    expect(rows[1]).toMatch(/^ *1 +20 %/)
    expect(text).not.toContain('number 3')
  })

  it('shows the best, the worst, and how many lie between, where there are many', () => {
    const text = steeringTable(Array.from({ length: 100 }, (_, at) => feature(at, at / 100)))
    // 60 of 100 is at least half with 95 % confidence, 59 of 100 is not.
    expect(text).toContain('40 of 100 measured features')
    expect(text).toContain('… 70 more …')
    expect(text).toContain('number 99')
    expect(text).toContain('number 0')
  })

  it('ranks by what the counts support, and counts no strength that spoils the text', () => {
    const text = steeringTable([feature(1, 1, 4), feature(2, 0.95), feature(3, 1, 100, 0.9), feature(4, 0.4)])
    expect(text.split('\n').slice(-4).map((row) => row.trim().split(' ')[0])).toEqual(['2', '1', '4', '3'])
    expect(text).toContain('2 of 4 measured features')
  })

  it('says when nothing was measured', () => {
    expect(steeringTable([feature(1, null)])).toBe('No feature of this dictionary was measured.')
  })
})
