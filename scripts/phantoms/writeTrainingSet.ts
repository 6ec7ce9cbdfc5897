/**
 * Writes phantoms for training:
 *   node scripts/phantoms/writeTrainingSet.ts OUT --from 1000000 --cases 2000 [--size 288]
 * One shard a call: films.bin (8-bit squares, row-major), cases.jsonl (one case a line, films by index), done.
 * Test seeds lie below 1,000,000; training starts there.
 */
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { displayFilm, type FilmView } from '../../src/phantom/film.ts'
import { boxesOf } from '../../src/phantom/geometry.ts'
import { phantomCase, promptFields } from '../../src/phantom/phantomCase.ts'
import { reportText } from '../../src/phantom/report.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    from: { type: 'string', default: '1000000' }, cases: { type: 'string', default: '1000' },
    size: { type: 'string', default: '288' },
  },
})
const out = join(positionals[0] ?? 'training-data', `shard-${values.from.padStart(9, '0')}`)
const size = Number(values.size)
const first = Number(values.from)
mkdirSync(out, { recursive: true })
const films = createWriteStream(join(out, 'films.bin'))
const lines = createWriteStream(join(out, 'cases.jsonl'))
let count = 0

async function write(pixels: Uint8Array): Promise<number> {
  if (!films.write(pixels)) await new Promise<void>((resolve) => films.once('drain', () => resolve()))
  return count++
}

for (let seed = first; seed < first + Number(values.cases); seed++) {
  const c = phantomCase(seed)
  const film = (view: FilmView): Promise<number> => write(displayFilm(c, view, { columns: size, rows: size }))
  const line = {
    seed,
    current: c.current,
    prior: c.prior,
    boxes: boxesOf(c.anatomy, c.current),
    priorBoxes: c.prior === null ? null : boxesOf(c.anatomy, c.prior),
    indication: c.indication,
    ...promptFields(c),
    report: c.report,
    priorReport: c.priorReport === null ? null : reportText(c.priorReport),
    films: {
      frontal: await film('frontal'),
      lateral: c.lateral ? await film('lateral') : null,
      prior: c.prior === null ? null : await film('prior'),
    },
  }
  lines.write(`${JSON.stringify(line)}\n`)
}
await Promise.all([films, lines].map((stream) => new Promise<void>((resolve) => stream.end(() => resolve()))))
writeFileSync(join(out, 'done'), JSON.stringify({ cases: Number(values.cases), films: count, size }))
