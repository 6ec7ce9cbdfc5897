import { describe, expect, it } from 'vitest'
import { CAPS } from '../../../../src/dicom/caps.ts'
import { examine } from '../../../../src/dicom/scan/examine.ts'
import { openFilm } from '../../../../src/dicom/store/openFilm.ts'
import { concat } from '../../../../src/dicom/write/encodeDataSet.ts'
import { HilumError } from '../../../../src/shared/errors.ts'
import { BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, buildDicom, encodeRle, nested, ramp } from '../../../fixtures/dicom/buildDicom.ts'
import { encodeLosslessJpeg } from '../../../fixtures/dicom/encodeLosslessJpeg.ts'
import { greyPng } from '../../../fixtures/dicom/encodePng.ts'

const MUTATIONS = 3_000
const SLOWEST_MS = 2_000

const values = ramp(160, 128, 16, 12) as Uint16Array
const seeds: Uint8Array[] = [
  ...[EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED].map((syntax) => buildDicom({ syntax, elements: [nested(3)] })),
  buildDicom({ syntax: '1.2.840.10008.1.2.5', fragments: [encodeRle(values)] }),
  buildDicom({
    syntax: '1.2.840.10008.1.2.4.70',
    bitsStored: 12,
    fragments: [encodeLosslessJpeg(values, 160, 128, { bits: 12, predictor: 1 })],
  }),
  greyPng(140, 130),
]

describe('mutated films', () => {
  it(`are refused or shown, ${MUTATIONS} of them, without another error or a hang`, async () => {
    const random = mulberry32(20260101)
    const outcomes = { shown: 0, refused: 0, failed: 0 }
    for (let i = 0; i < MUTATIONS; i++) {
      const bytes = mutate(seeds[i % seeds.length]!, random)
      const start = performance.now()
      try {
        const examined = await examine(bytes, { folder: '', file: 'x' }, CAPS)
        if (examined.kind === 'film') await openFilm(examined.bytes, examined.facts.hash)
        outcomes[examined.kind === 'film' ? 'shown' : 'refused'] += 1
      } catch (thrown) {
        if (!(thrown instanceof HilumError) || thrown.kind === 'internal') {
          throw new Error(`mutation ${i} threw ${String(thrown)}`, { cause: thrown })
        }
        outcomes.failed += 1
      }
      expect(performance.now() - start).toBeLessThan(SLOWEST_MS)
    }
    // The faults reach every stage: some films survive them, some are refused, some fail in decoding.
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(MUTATIONS / 100)
  }, 120_000)
})

/** One to eight faults: a byte set, a length made huge, a cut, bytes doubled. Mostly in the header. */
function mutate(seed: Uint8Array, random: () => number): Uint8Array {
  let bytes: Uint8Array = seed.slice()
  for (let faults = 1 + Math.floor(random() * 8); faults > 0; faults--) {
    const at = Math.floor(random() * (random() < 0.8 ? Math.min(1200, bytes.length) : bytes.length))
    const kind = random()
    if (kind < 0.6) bytes[at] = Math.floor(random() * 256)
    else if (kind < 0.8) bytes.fill(random() < 0.5 ? 0xff : 0, at, at + 4)
    else if (kind < 0.9) bytes = bytes.slice(0, at)
    else bytes = concat([bytes.subarray(0, at), bytes.subarray(at, at + 16), bytes.subarray(at)])
    if (bytes.length === 0) return bytes
  }
  return bytes
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
