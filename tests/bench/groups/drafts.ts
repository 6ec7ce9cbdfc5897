import { join } from 'node:path'
import { PhantomReader } from '../../../scripts/model/phantomReader.ts'
import { Random } from '../../../src/phantom/random.ts'
import { withAndWithoutDraft, type Pair } from '../../integration/model/randomSteering.ts'
import { EMBEDDED } from '../../integration/model/support.ts'
import type { Group } from '../bench.ts'
import { row, type Row } from '../row.ts'

/** HILUM_BENCH_STEERINGS asks for fewer. */
const STEERINGS = Number(process.env.HILUM_BENCH_STEERINGS ?? 1000)
const PHANTOMS = 25

/** Random steerings of the embedded model, each text written with and without a draft: all must be the same. */
export const drafts: Group = {
  name: 'drafts',
  async run(bench) {
    const rows: Row[] = []
    for (const format of ['fp32', 'int4'] as const) {
      const reader = await PhantomReader.open({ ...EMBEDDED, cacheDir: join(EMBEDDED.cacheDir, 'bench'), format })
      const random = new Random(2026)
      const pairs: Pair[] = []
      for (let i = 0; i < STEERINGS; i++) {
        bench.say(`${format}: steering ${i + 1} of ${STEERINGS}`)
        pairs.push(await withAndWithoutDraft(reader, Math.floor((i * PHANTOMS) / STEERINGS), random))
      }
      await reader.dispose()
      const count = (pick: (pair: Pair) => boolean): number => pairs.filter(pick).length
      const sum = (pick: (pair: Pair) => number): number => pairs.reduce((all, pair) => all + pick(pair), 0)
      rows.push(
        row('drafts', `${format}: same text`, count((pair) => pair.same), 'texts', { bar: STEERINGS, better: 'more' }),
        row('drafts', `${format}: differ from the baseline`, count((pair) => pair.steered), 'texts'),
        row('drafts', `${format}: drafted tokens accepted`, (100 * sum((p) => p.accepted)) / sum((p) => p.drafted), '%'),
        row('drafts', `${format}: tokens that a draft gave`, (100 * sum((p) => p.accepted)) / sum((p) => p.tokens), '%'),
      )
    }
    return rows
  },
}
