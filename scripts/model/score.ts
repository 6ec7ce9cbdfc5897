/**
 * Prints the scores of a model on held-out phantoms, as the tests compute them:
 *   node scripts/model/score.ts MODEL_DIR [--cases 500] [--first 1] [--boxes 500] [--processes 2] [--small] [--texts 4]
 *        [--dictionary DIR] [--cache DIR]
 * --small draws films at training's size instead of the app's, which is four times as fast and about as good.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { APP_FILM, TRAINING_FILM } from './phantomFilms.ts'
import { scoreBoxes, scoreFindings } from './modelScore.ts'
import { ReaderPool } from './readerPool.ts'
import { scoreTable } from './scoreTable.ts'
import { writeEmptyDictionary } from './emptyDictionary.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '500' }, first: { type: 'string', default: '1' },
    boxes: { type: 'string', default: '' }, processes: { type: 'string', default: '2' },
    small: { type: 'boolean', default: false }, texts: { type: 'string', default: '4' },
    dictionary: { type: 'string' }, cache: { type: 'string', default: join(tmpdir(), 'hilum-phantoms') },
  },
})
const [modelDir] = positionals
if (modelDir === undefined) throw new Error('Say which model: score.ts MODEL_DIR')

const temporary = await mkdtemp(join(tmpdir(), 'hilum-score-'))
try {
  const dictionaryDir = values.dictionary ?? (await writeEmptyDictionary(temporary, modelDir))
  const film = values.small ? TRAINING_FILM : APP_FILM
  const options = { modelDir, dictionaryDir, cacheDir: values.cache, film }
  await using pool = await ReaderPool.open(options, Number(values.processes))
  const first = Number(values.first)
  const seeds = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => first + i)
  const started = performance.now()
  let done = 0
  const onCase = (): void => {
    if (++done % 50 === 0) console.error(`${done} reports, ${Math.round((performance.now() - started) / 1000)} s`)
  }
  const cases = Number(values.cases)
  const score = await scoreFindings(pool, seeds(cases), onCase)
  const boxCases = values.boxes === '' ? cases : Number(values.boxes)
  const boxes = boxCases > 0 ? await scoreBoxes(pool, seeds(boxCases), onCase) : null
  console.log(scoreTable(score, boxes))
  for (const { seed, reference, written } of score.texts.slice(0, Number(values.texts))) {
    console.log(`\n${seed} reference  ${reference}\n${seed} written    ${written}`)
  }
} finally {
  await rm(temporary, { recursive: true, force: true })
}
