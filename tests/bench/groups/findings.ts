import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { editsBetween } from '../../../src/compute/report/edits.ts'
import { extractFindings } from '../../../src/compute/report/findings.ts'
import { evolveFindings, sampleFindings } from '../../../src/phantom/findings.ts'
import { Random } from '../../../src/phantom/random.ts'
import { reportText, writeReport } from '../../../src/phantom/report.ts'
import { goldReports } from '../../unit/compute/report/sharedReports.ts'
import type { Group } from '../bench.ts'
import { median, row } from '../row.ts'

const ROUNDS = 9
const REPORTS = 230
const REAL = fileURLToPath(new URL('../../../../shared/data/reports/', import.meta.url))

/** Reading reports on one core: findings from texts, and edits between two texts of a case. */
export const findings: Group = {
  name: 'findings',
  async run() {
    const pairs = Array.from({ length: REPORTS }, (_, seed) => phantomPair(new Random(seed)))
    const rows = [row('findings', 'phantom reports read', reportsPerSecond(pairs.map(([now]) => now)), UNIT, BAR)]
    if (existsSync(REAL)) {
      const texts = goldReports(REAL).map((report) => report.text)
      rows.push(row('findings', 'real reports read (findings and impression)', reportsPerSecond(texts), UNIT, BAR))
    }
    const edits = perSecond(REPORTS, () => pairs.forEach(([now, before]) => editsBetween(before, now)))
    return [...rows, row('findings', 'edits between two reports', edits, 'pairs/s of one core')]
  },
}

const BAR = { bar: 1000, better: 'more' } as const

const UNIT = 'reports/s of one core'
const reportsPerSecond = (texts: readonly string[]): number =>
  perSecond(texts.length, () => texts.forEach((text) => extractFindings(text)))

/** By processor time, so that other work on the machine does not count: the median of some rounds. */
function perSecond(items: number, work: () => void): number {
  work()
  return median(Array.from({ length: ROUNDS }, () => {
    const began = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(began)
    return (items * 1e6) / (user + system)
  }))
}

function phantomPair(random: Random): readonly [string, string] {
  const before = sampleFindings(random)
  const now = evolveFindings(before, random)
  return [reportText(writeReport(now, before, random)), reportText(writeReport(before, null, random))]
}
