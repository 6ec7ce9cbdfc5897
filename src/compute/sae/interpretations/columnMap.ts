import { ROW_NUMBER, TABLE_FIELDS, type ColumnMap } from '../../../shared/domain/dictionary.ts'
import { HilumError } from '../../../shared/errors.ts'
import type { Table } from './table.ts'

type Field = (typeof TABLE_FIELDS)[number]

/** What columns are called where interpretations are published, in letters and digits alone; the likeliest first. */
const NAMES: Readonly<Record<Field, readonly string[]>> = {
  feature: [
    'feature', 'featureindex', 'featureid', 'featureidx', 'featurenumber', 'latent', 'latentindex', 'latentid', 'latentidx',
    'index', 'idx', 'neuron', 'id',
  ],
  interpretation: ['interpretation', 'explanation', 'description', 'concept', 'label', 'summary', 'text', 'title', 'name'],
  score: [
    'detectionscore', 'detection', 'scoresdetection', 'interpretabilityscore', 'interpretationscore', 'balancedaccuracy', 'score',
    'accuracy',
  ],
  density: ['density', 'frequency', 'firingrate', 'activationfrequency'],
  maxActivation: ['maxactivation', 'maximumactivation', 'maxact', 'maxacts'],
}

/** Which columns look like which fields, by their names alone. */
export function guessColumns(columns: readonly string[]): ColumnMap {
  const plain = new Map(columns.map((column) => [column.toLowerCase().replaceAll(/[^a-z0-9]/g, ''), column]))
  const guessed = TABLE_FIELDS.flatMap((field) => {
    const column = NAMES[field].map((name) => plain.get(name)).find((found) => found !== undefined)
    return column === undefined ? [] : [[field, { column, divisor: 1 }] as const]
  })
  return Object.fromEntries(guessed)
}

/**
 * The map that a table is read with: the reader's own choices, and guesses for what they did not name.
 * @throws HilumError when a column is not there, or nothing says which feature a row is about.
 */
export function completeMap({ columns }: Pick<Table, 'columns'>, given: ColumnMap): ColumnMap {
  const map: ColumnMap = { ...guessColumns(columns), ...given }
  const known = columns.slice(0, 20).map((column) => `"${column}"`).join(', ')
  for (const field of TABLE_FIELDS) {
    const column = map[field]?.column
    if (column === undefined || columns.includes(column) || (field === 'feature' && column === ROW_NUMBER)) continue
    throw new HilumError('bad-input', `The table has no column "${column}": it has ${known}.`)
  }
  if (map.feature === undefined) {
    throw new HilumError('bad-input', `No column of the table looks like the number of a feature: it has ${known}.`, {
      mend: `Say which it is, as in --map feature=COLUMN; feature=${ROW_NUMBER} takes the row's own number.`,
    })
  }
  if (map.interpretation === undefined && map.score === undefined) {
    throw new HilumError('bad-input', `No column of the table looks like an interpretation or a score: it has ${known}.`, {
      mend: 'Say which it is, as in --map interpretation=COLUMN,score=COLUMN.',
    })
  }
  return map
}
