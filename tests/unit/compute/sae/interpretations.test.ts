import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blankFeature } from '../../../../src/compute/sae/blankFeature.ts'
import { completeMap, guessColumns } from '../../../../src/compute/sae/interpretations/columnMap.ts'
import { interpretFeatures } from '../../../../src/compute/sae/interpretations/interpretFeatures.ts'
import { previewTable } from '../../../../src/compute/sae/interpretations/previewTable.ts'
import { readRows, type InterpretedRow } from '../../../../src/compute/sae/interpretations/readRows.ts'
import { readTable } from '../../../../src/compute/sae/interpretations/readTable.ts'
import type { ColumnMap } from '../../../../src/shared/domain/dictionary.ts'
import { temporaryFolder } from '../../../integration/compute/support/engineFixture.ts'

/** One table in many formats, written by pandas; see training/oracle/interpretations.py. */
const GOLDEN = fileURLToPath(new URL('../../../golden/interpretations', import.meta.url))
const FIRES: ColumnMap = { density: { column: 'fires', divisor: 1 } }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => void (folder = await temporaryFolder()))
afterAll(() => folder.dispose())

async function rowsOf(path: string, given: ColumnMap = {}): Promise<readonly InterpretedRow[]> {
  const table = await readTable(path)
  return readRows(table, completeMap(table, given))
}

async function rowsIn(
  name: string, text: string | Uint8Array, given: ColumnMap = {},
): Promise<readonly InterpretedRow[]> {
  const path = join(folder.path, name)
  await writeFile(path, text)
  return rowsOf(path, given)
}

/** The sentence and the mend that reading a file ends with. */
async function refusal(name: string, text: string | Uint8Array, given: ColumnMap = {}): Promise<string> {
  const told = await rowsIn(name, text, given).then(() => 'accepted', (error: { message: string; mend: string | null }) =>
    `${error.message} ${error.mend ?? ''}`.trim())
  expect(told).not.toContain('\n')
  return told
}

describe('a table of interpretations', () => {
  it.each([
    'comma.csv', 'semicolon.csv', 'tab.tsv', 'records.json', 'lines.jsonl', 'snappy.parquet', 'gzip.parquet', 'brotli.parquet',
    'none.parquet',
  ])('says the same in every format (%s)', async (name) => {
    expect(await rowsOf(join(GOLDEN, name), FIRES)).toEqual([
      { feature: 0, interpretation: 'Small left pleural effusion', score: 0.91, density: 0.015, maxActivation: null },
      { feature: 3, interpretation: 'Words such as "unchanged", and commas', score: 0.5, density: 0.25, maxActivation: null },
      { feature: 7, interpretation: '', score: null, density: 0, maxActivation: null },
      { feature: 39, interpretation: 'Röntgen: pacemaker\nleads', score: 0.775, density: 0.001, maxActivation: null },
    ])
  })

  it.each<[string, string]>([
    ['keyed by feature number', '{"4": "Edema", "2": "Effusion"}'],
    ['keyed, with objects', '{"4": {"explanation": "Edema"}, "2": {"explanation": "Effusion"}}'],
    ['as columns', '{"feature": [2, 4], "text": ["Effusion", "Edema"]}'],
    ['as a list beside other facts', '{"model": "x", "features": [{"id": "4", "label": "Edema"}, {"id": "#2", "label": "Effusion"}]}'],
  ])('is read from JSON %s', async (_what, json) => {
    const rows = await rowsIn('table.json', json)
    expect(rows.map((row) => [row.feature, row.interpretation]).sort()).toEqual([[2, 'Effusion'], [4, 'Edema']])
  })

  it('finds a score inside an object', async () => {
    const line = '{"feature": 1, "explanation": "Edema", "scores": {"detection": 0.8, "fuzz": 0.6}}'
    const rows = await rowsIn('t.jsonl', `${line}\n`)
    expect(rows[0]).toMatchObject({ feature: 1, score: 0.8 })
  })

  it('guesses columns by their usual names, the likeliest first', () => {
    const columns = ['idx', 'Feature Index', 'name', 'explanation', 'score', 'detection_score', 'max_act']
    const guessed = Object.entries(guessColumns(columns)).map(([field, found]) => [field, found?.column])
    expect(Object.fromEntries(guessed)).toEqual({
      feature: 'Feature Index', interpretation: 'explanation', score: 'detection_score', maxActivation: 'max_act',
    })
    expect(guessColumns(['a', 'b'])).toEqual({})
  })

  it('takes the reader’s own choice before a guess, a percentage by its divisor, and the row’s number', async () => {
    const map: ColumnMap = {
      feature: { column: 'row', divisor: 1 }, interpretation: { column: 'b', divisor: 1 }, score: { column: 'acc', divisor: 100 },
    }
    expect(await rowsIn('t.csv', 'text,b,acc\nx,Edema,87.5\ny,Mass,50\n', map)).toMatchObject([
      { feature: 0, interpretation: 'Edema', score: 0.875 }, { feature: 1, interpretation: 'Mass', score: 0.5 },
    ])
  })

  it.each<[string, string, string, ColumnMap, string]>([
    ['without a feature column', 't.csv', 'a,b\n1,x\n', {},
      'No column of the table looks like the number of a feature: it has "a", "b". Say which it is, as in --map feature=COLUMN; feature=row takes the row\'s own number.'],
    ['without anything to say', 't.csv', 'feature,b\n1,x\n', {},
      'No column of the table looks like an interpretation or a score: it has "feature", "b". Say which it is, as in --map interpretation=COLUMN,score=COLUMN.'],
    ['without the column named', 't.csv', 'feature,text\n1,x\n', { score: { column: 'acc', divisor: 1 } },
      'The table has no column "acc": it has "feature", "text".'],
    ['with a feature that is no number', 't.csv', 'feature,text\n1,x\ntwo,y\n', {},
      'Row 2 of the table cannot be used: "two" in "feature" is not the number of a feature.'],
    ['with a feature missing', 't.csv', 'feature,text\n,x\n', {}, 'Row 1 of the table cannot be used: "" in "feature" is not the number of a feature.'],
    ['with a percentage', 't.csv', 'feature,text,score\n1,x,87\n', {},
      'Row 1 of the table cannot be used: 87 in "score" is not a share from 0 to 1. If it is a percentage, say so: --map score=score/100.'],
    ['with a score below zero', 't.csv', 'feature,score\n1,-0.1\n', {}, 'Row 1 of the table cannot be used: -0.1 in "score" is not a share from 0 to 1.'],
    ['with a score that is a word', 't.csv', 'feature,score\n1,high\n', {}, 'Row 1 of the table cannot be used: "high" in "score" is not a number.'],
    ['with a row too long', 't.csv', 'feature,text\n1,x,y\n', {},
      'The table cannot be read at line 2: it has more or fewer cells than the header. Save it as CSV again, with every text that holds a delimiter in quotation marks.'],
    ['with a quotation that never ends', 't.csv', 'feature,text\n1,"x\n', {},
      'The table cannot be read at line 2: a quotation mark is never closed. Save it as CSV again, with every text that holds a delimiter in quotation marks.'],
    ['without rows', 't.csv', 'feature,text\n', {}, 't.csv has no rows.'],
    ['that is no JSON', 't.json', '{', {}, 'The file is not valid JSON.'],
    ['that is no table', 't.json', '{"a": {"b": 1}}', {}, 'The JSON is no table: a list of objects, lists by column, or entries by feature number.'],
    ['with a line that is no JSON', 't.jsonl', '{"feature": 1}\n{"feature"', {}, 'Line 2 is not valid JSON.'],
    ['with a line that is a list', 't.jsonl', '[1]', {}, 'Row 1 of the table is not an object.'],
    ['of another kind', 't.xlsx', 'x', {}, 't.xlsx is no table Hilum reads: CSV, TSV, JSON, JSON Lines or Parquet.'],
    ['that says it is Parquet', 't.parquet', 'PAR1xxxxPAR1', {}, 't.parquet is not a Parquet file that can be read.'],
  ])('%s is refused with its row and what to do', async (_what, name, text, map, sentence) => {
    expect(await refusal(name, text, map)).toBe(sentence)
  })

  it('in another encoding or compression is refused with what to do', async () => {
    expect(await refusal('t.csv', Uint8Array.of(0x66, 0xe9, 0x0a))).toBe('t.csv is not a text in UTF-8. Save it as UTF-8.')
    await expect(readTable(join(GOLDEN, 'zstd.parquet'))).rejects.toMatchObject({
      kind: 'unsupported', message: 'zstd.parquet is compressed with ZSTD, which Hilum does not unpack.',
    })
  })
})

describe('a preview', () => {
  it('shows the first rows as they would be taken over', async () => {
    expect(await previewTable(join(GOLDEN, 'comma.csv'), {})).toMatchObject({
      columns: ['latent', 'explanation', 'detection', 'fires'], rows: 4, problem: null,
      map: { feature: { column: 'latent' }, interpretation: { column: 'explanation' }, score: { column: 'detection' } },
      first: [{ feature: 0, interpretation: 'Small left pleural effusion', score: 0.91, density: null }, {}, {}, {}],
    })
  })

  it('says what speaks against it, and shows what can be read all the same', async () => {
    const path = join(folder.path, 'p.csv')
    await writeFile(path, 'feature,text,score\n1,Edema,87\n2,Mass,0.5\n')
    expect(await previewTable(path, {})).toMatchObject({
      problem: expect.stringContaining('say so: --map score=score/100.'), first: [{ feature: 2, score: 0.5 }],
    })
  })
})

describe('interpretations of a dictionary', () => {
  const blank = [0, 1, 2].map((index) => ({ ...blankFeature(index), interpretation: index === 2 ? 'Kept' : '', maxActivation: 4 }))
  const row = (feature: number, change: Partial<InterpretedRow> = {}): InterpretedRow =>
    ({ feature, interpretation: '', score: null, density: null, maxActivation: null, ...change })

  it('become its features’, with the findings they name as targets; what is not said stays', () => {
    const features = interpretFeatures(blank, [row(1, { interpretation: 'Small left pleural effusion', score: 0.9 }), row(2, { density: 0.5 })])
    expect(features[1]).toMatchObject({
      interpretation: 'Small left pleural effusion', detectionScore: 0.9, targets: ['pleural-effusion'], maxActivation: 4,
    })
    expect(features[2]).toMatchObject({ interpretation: 'Kept', density: 0.5 })
    expect(features[0]).toEqual(blank[0])
  })

  it('are refused for a feature that is not there, and for two rows about one', () => {
    expect(() => interpretFeatures(blank, [row(0), row(3)])).toThrow('Row 2 of the table is about feature 3, but the dictionary has 3.')
    expect(() => interpretFeatures(blank, [row(1), row(0), row(1)])).toThrow('Rows 1 and 3 of the table are both about feature 1.')
  })
})
