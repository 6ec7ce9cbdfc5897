import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scoreBoxes, scoreFindings, type ModelScore } from '../../../scripts/model/modelScore.ts'
import { ReaderPool } from '../../../scripts/model/readerPool.ts'
import { scoreTable } from '../../../scripts/model/scoreTable.ts'
import type { BoxAgreement } from '../../../src/compute/evaluate/boxAgreement.ts'
import { BARS, MEASURED } from './bars.ts'
import { EMBEDDED, embeddedIsHere, heldOut, holdToBar, PROCESSES } from './support.ts'

const CASES = 500
const MINUTES = 60_000

describe.skipIf(!embeddedIsHere())(`the embedded model on ${CASES} phantoms it was not trained on`, () => {
  let pool: ReaderPool
  let score: ModelScore
  let boxes: BoxAgreement

  beforeAll(async () => {
    pool = await ReaderPool.open(EMBEDDED, PROCESSES)
    score = await scoreFindings(pool, heldOut(1, CASES))
    boxes = await scoreBoxes(pool, heldOut(1, CASES))
    console.log(`\n${scoreTable(score, boxes)}\n`)
  }, 30 * MINUTES)
  afterAll(() => pool[Symbol.asyncDispose]())

  it('finds what there is to find', () => {
    expect(score.findings.perObservation.filter((row) => row.positives === 0), 'findings that no phantom shows').toEqual([])
    holdToBar({ what: 'macro-F1 over finding types', value: score.findings.macroF1, bar: BARS.macroF1, measured: MEASURED.macroF1 })
  })

  it('gets side and size right', () => {
    const { share } = score.sidesAndSizes
    holdToBar({ what: 'side and size right', value: share, bar: BARS.sidesAndSizes, measured: MEASURED.sidesAndSizes })
  })

  it('compares with the prior in the right words', () => {
    const { share } = score.withPrior.comparisonReports
    holdToBar({ what: 'comparison words right', value: share, bar: BARS.comparison, measured: MEASURED.comparison })
  })

  it('draws boxes where the findings are', () => {
    const share = boxes.drawn === 0 ? null : boxes.right / boxes.drawn
    holdToBar({ what: 'boxes with IoU >= 0.5', value: share, bar: BARS.boxes, measured: MEASURED.boxes })
    // Few boxes that are right would pass for many.
    expect(boxes.drawn).toBeGreaterThan(boxes.reference / 2)
  })

  it('ends its reports', () => {
    expect(score.ended).toBeGreaterThanOrEqual(0.99 * CASES)
  })
})
