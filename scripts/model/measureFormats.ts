/**
 * Measures what fp16, int8 and int4 do to a model's reports, against its own in fp32, on held-out phantoms:
 *   node scripts/model/measureFormats.ts MODEL_DIR [--cases 100] [--first 1] [--cache DIR] [--write]
 * --write keeps the figures as formats.json in MODEL_DIR, where adding the model finds them.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { table } from '../../src/cli/table.ts'
import { formatAgreement, type FormatPair } from '../../src/compute/evaluate/formatAgreement.ts'
import { extractFindings } from '../../src/compute/report/findings.ts'
import { BASELINE } from '../../src/shared/domain/intervention.ts'
import { WEIGHT_FORMATS, standingOf, type FormatMeasurement, type WeightFormat } from '../../src/shared/domain/model.ts'
import { writeEmptyDictionary } from './emptyDictionary.ts'
import { MOST_TOKENS } from './modelScore.ts'
import { TRAINING_FILM } from './phantomFilms.ts'
import { PhantomReader } from './phantomReader.ts'

const { values, positionals: [modelDir] } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '100' }, first: { type: 'string', default: '1' },
    cache: { type: 'string', default: join(tmpdir(), 'hilum-phantoms') }, write: { type: 'boolean', default: false },
  },
})
if (modelDir === undefined) throw new Error('Say which model: measureFormats.ts MODEL_DIR')
const command = `node scripts/model/measureFormats.ts MODEL_DIR --cases ${values.cases} --first ${values.first}`

const temporary = await mkdtemp(join(tmpdir(), 'hilum-formats-'))
try {
  const dictionaryDir = await writeEmptyDictionary(temporary, modelDir)
  const open = (format: WeightFormat): Promise<PhantomReader> =>
    PhantomReader.open({ modelDir, dictionaryDir, cacheDir: values.cache, film: TRAINING_FILM, format })
  const others = WEIGHT_FORMATS.filter((format) => format !== 'fp32')
  const exact = await open('fp32')
  const readers = new Map<WeightFormat, PhantomReader>()
  for (const format of others) readers.set(format, await open(format))

  const pairs = new Map<WeightFormat, FormatPair[]>(others.map((format) => [format, []]))
  for (let seed = Number(values.first); seed < Number(values.first) + Number(values.cases); seed++) {
    const [text, tokens] = await write(exact, seed)
    const logits = await exact.logitsAlong(seed, tokens)
    for (const [format, reader] of readers) {
      const [otherText] = await write(reader, seed)
      pairs.get(format)!.push({
        findings: extractFindings(text), otherFindings: extractFindings(otherText), tokens, logits,
        otherLogits: await reader.logitsAlong(seed, tokens),
      })
    }
    if (seed % 10 === 0) console.error(`phantom ${seed}`)
  }
  const measured: FormatMeasurement[] = [...pairs].map(([format, ofFormat]) => ({
    modelHash: readers.get(format)!.model.facts.modelHash, format, ...formatAgreement(ofFormat), command,
  }))
  for (const reader of [exact, ...readers.values()]) await reader.dispose()
  const share = (value: number): string => (Math.floor(value * 10_000) / 100).toFixed(2) // never rounded up to the bar
  console.log(table(
    ['format', 'cases', 'largest logit error', 'top-1, %', 'perplexity ratio', 'findings alike, %', 'standing'],
    measured.map((one) => [
      one.format, String(one.cases), one.largestLogitError.toPrecision(3), share(one.topOneAgreement),
      one.perplexityRatio.toFixed(4), share(one.findingAgreement), standingOf(one.format, one),
    ])))
  if (values.write) await writeFile(join(modelDir, 'formats.json'), `${JSON.stringify(measured, null, 2)}\n`)
} finally {
  await rm(temporary, { recursive: true, force: true })
}

async function write(reader: PhantomReader, seed: number): Promise<readonly [string, readonly number[]]> {
  const { tokens } = await reader.generate(seed, 'findings', BASELINE, MOST_TOKENS.findings)
  const ids = tokens.map((token) => token.id)
  return [reader.decode(ids), ids]
}
