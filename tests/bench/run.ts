import { parseArgs } from 'node:util'
import { table } from '../../src/cli/table.ts'
import { startBench, type Group } from './bench.ts'
import { drafts } from './groups/drafts.ts'
import { engine } from './groups/engine.ts'
import { findings } from './groups/findings.ts'
import { fullsize } from './groups/fullsize.ts'
import { intake } from './groups/intake.ts'
import { processor } from './groups/processor.ts'
import { report, steer } from './groups/report.ts'
import { review } from './groups/review.ts'
import { store } from './groups/store.ts'
import type { Row } from './row.ts'

// `npm run bench [-- --only GROUP] [--json]`: a table, or a JSON array of rows on stdout. A new group goes to the end.
const GROUPS: readonly Group[] = [
  report, steer, store, processor, findings, drafts, fullsize, review, engine, intake,
]

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean' } } })
const chosen = GROUPS.filter((group) =>
  values.only === undefined ? group.onlyWhenNamed !== true : group.name === values.only)
if (chosen.length === 0) {
  process.stderr.write(`There is no group "${values.only}": choose one of ${GROUPS.map((group) => group.name).join(', ')}.\n`)
  process.exit(2)
}

const ending = new AbortController()
process.once('SIGINT', () => ending.abort())
const bench = startBench(ending.signal)
const rows: Row[] = []
try {
  for (const group of chosen) rows.push(...(await group.run(bench)))
} finally {
  await bench.session.close()
}
process.stdout.write(`${values.json === true ? JSON.stringify(rows) : asTable(rows)}\n`)

function asTable(all: readonly Row[]): string {
  const text = (value: number | null): string => (value === null ? '' : String(value))
  const header = ['group', 'name', 'value', 'unit', 'peer', 'ratio', 'bar', 'pass']
  return table(header, all.map(({ group, name, value, unit, peer, ratio, bar, pass }) =>
    [group, name, text(value), unit, text(peer), text(ratio), text(bar), pass === null ? '' : pass ? 'yes' : 'no']))
}
