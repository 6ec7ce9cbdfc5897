import { describe, expect, it } from 'vitest'
import { phantomFilm } from '../../../scripts/model/phantomFilms.ts'
import { PhantomReader } from '../../../scripts/model/phantomReader.ts'
import { Reporter } from '../../../src/compute/reporter.ts'
import { phantomCase, promptFields } from '../../../src/phantom/phantomCase.ts'
import { reportText } from '../../../src/phantom/report.ts'
import { BASELINE, type Intervention } from '../../../src/shared/domain/intervention.ts'
import { EMBEDDED, embeddedIsHere } from './support.ts'

/** One without and one with a prior and a lateral. */
const ALONE = 2
const WITH_ALL = Array.from({ length: 50 }, (_, i) => i + 1).find((seed) => {
  const { prior, lateral } = phantomCase(seed)
  return prior !== null && lateral
})!

describe.skipIf(!embeddedIsHere())('the reader that scores are made with', () => {
  it('writes the texts that the app writes', { timeout: 120_000 }, async () => {
    const reader = await PhantomReader.open(EMBEDDED)
    const reporter = await Reporter.open({ ...EMBEDDED, threads: 1, hilumVersion: 'test' })
    const steered: Intervention = { terms: [{ feature: 0, strength: 2 }], method: 'add', positions: 'generated' }
    for (const seed of [ALONE, WITH_ALL]) {
      const subject = phantomCase(seed)
      const films = {
        frontal: await phantomFilm(subject, 'frontal', EMBEDDED.film),
        lateral: subject.lateral ? await phantomFilm(subject, 'lateral', EMBEDDED.film) : null,
        prior: subject.prior === null ? null : await phantomFilm(subject, 'prior', EMBEDDED.film),
      }
      const fields = {
        ...promptFields(subject),
        indication: subject.indication,
        priorReport: subject.priorReport === null ? null : reportText(subject.priorReport),
        phrase: null,
      }
      for (const [mode, intervention] of [['findings', BASELINE], ['findings', steered], ['grounded', BASELINE]] as const) {
        const limits = { intervention, maxNewTokens: 120 }
        const app = await reporter.generate({ ...films, ...fields, ...limits, mode })
        const read = await reader.write(seed, mode, intervention, limits.maxNewTokens)
        expect(read.text, `${seed} ${mode}`).toBe(app.text)
        expect(read.tokens).toBe(app.tokens.length)
      }
    }
    await reader.dispose()
    await reporter.dispose()
  })
})
