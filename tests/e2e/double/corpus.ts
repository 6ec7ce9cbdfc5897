import type { Corpus } from '../../../src/compute/evaluate/correlation.ts'
import { termsOf } from '../../../src/compute/report/terms.ts'
import { evolveFindings, sampleFindings } from '../../../src/phantom/findings.ts'
import { Random } from '../../../src/phantom/random.ts'
import { reportText, writeReport } from '../../../src/phantom/report.ts'

/** A small corpus of phantom reports, half of them with a prior. */
export const corpus: Corpus = {
  name: 'Phantom reports',
  counts: Array.from({ length: 300 }, (_, seed) => {
    const random = new Random(seed)
    const first = sampleFindings(random)
    const prior = seed % 2 === 0 ? null : first
    const now = prior === null ? first : evolveFindings(prior, random)
    return { terms: new Set(termsOf(reportText(writeReport(now, prior, random)))), reports: 1 }
  }),
}
