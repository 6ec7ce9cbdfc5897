import { describe, expect, it } from 'vitest'
import { runFuzz } from '../../fuzz/runFuzz.ts'

/** `npm run fuzz` reads a million. */
const MUTATIONS = 20_000

describe('mutated films, pictures and archives', () => {
  it(`are shown or refused, ${MUTATIONS} of them, without a crash, a hang or another error`, async () => {
    const { faults, mutations, counts, peakMiB } = await runFuzz({ run: 20260101, count: MUTATIONS })
    expect(faults).toEqual([])
    expect(mutations).toBe(MUTATIONS)
    // Faults reach every stage: of every kind of file many are refused, and some films survive them.
    let films = 0
    for (const [seed, { shown, refused, failed }] of Object.entries(counts)) {
      films += shown
      expect(refused + failed, seed).toBeGreaterThan(MUTATIONS / 100)
    }
    expect(films).toBeGreaterThan(MUTATIONS / 100)
    expect(peakMiB).toBeLessThan(512)
  }, 300_000)
})
