import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PhantomReader } from '../../../scripts/model/phantomReader.ts'
import { Random } from '../../../src/phantom/random.ts'
import { withAndWithoutDraft, type Pair } from './randomSteering.ts'
import { EMBEDDED, embeddedIsHere, heldOut } from './support.ts'

const STEERINGS = 16

// `npm run bench -- --only drafts` asks the same of a thousand steerings.
describe.skipIf(!embeddedIsHere()).each(['fp32', 'int4'] as const)('the embedded model in %s', (format) => {
  let reader: PhantomReader
  beforeAll(async () => (reader = await PhantomReader.open({ ...EMBEDDED, format })), 300_000)
  afterAll(() => reader.dispose())

  it('writes the same text, tokens and features with a draft as without, whatever the steering', async () => {
    const random = new Random(11)
    const pairs: Pair[] = []
    for (let i = 0; i < STEERINGS; i++) pairs.push(await withAndWithoutDraft(reader, heldOut(300, 4)[i % 4]!, random))
    expect(pairs.map((pair) => pair.same)).toEqual(pairs.map(() => true))
    expect(pairs.filter((pair) => pair.steered).length).toBeGreaterThan(STEERINGS / 4)
    if (reader.model.rowCounts.length === 1) return
    const sum = (pick: (pair: Pair) => number): number => pairs.reduce((all, pair) => all + pick(pair), 0)
    expect(sum((pair) => pair.accepted)).toBeGreaterThan(0)
    expect(sum((pair) => pair.drafted)).toBeGreaterThan(sum((pair) => pair.accepted))
  }, 300_000)
})
