import type { InstanceFacts, StudyTexts } from '../../shared/contracts/dicom.ts'
import type { Sidecar, SidecarField } from '../../shared/domain/sidecar.ts'
import { HilumError } from '../../shared/errors.ts'
import { isoTime } from '../header/dateTime.ts'
import { derivedUid } from '../header/derivedUid.ts'
import { viewOf } from '../header/filmKind.ts'
import type { DateReader } from './readDates.ts'
import { dateReader } from './readDates.ts'
import type { SidecarTable } from './sidecarTable.ts'

/** A film as a row tells it, or as it was when no row names it. */
export interface Told {
  readonly facts: InstanceFacts
  readonly texts: StudyTexts | null
}

/** A table that is being used: what it says of each film, and at the end what it had that nobody asked for. */
export interface OpenSidecar {
  /** `name` is the film's path as it is shown. */
  tell(name: string, facts: InstanceFacts): Told
  /** One sentence each about rows, films and dates that did not come together. */
  left(): readonly string[]
}

type Row = Readonly<Partial<Record<SidecarField, string>>>

/**
 * Prepares a table for an import. A row names its film by path, file name, or file name without its ending. Throws
 * `bad-input` for a map that does not fit the table, and for dates that can be read in two ways.
 */
export function openSidecar(table: SidecarTable, { map, dateOrder }: Sidecar): OpenSidecar {
  const at = columnsOf(table, map)
  if (at.file === undefined) {
    throw new HilumError('bad-input', `Nothing says which column of ${table.name} names the files.`, {
      mend: 'Map a column to "file".',
    })
  }
  const cells = (field: SidecarField): string[] => table.rows.map((row) => row[at[field] ?? -1] ?? '')
  const dates = dateReader(cells('date'), dateOrder, map.date ?? '')
  const births = dateReader(cells('birthDate'), dateOrder, map.birthDate ?? '')
  const index = new Map<string, Row | null>()
  for (const row of table.rows) {
    const named = Object.fromEntries(Object.entries(at).map(([field, column]) => [field, row[column] ?? ''])) as Row
    const key = keyOf(named.file ?? '')
    if (key !== '') index.set(key, index.has(key) ? null : named)
  }
  const used = new Set<string>()
  let [without, badDates] = [0, 0]
  return {
    tell(name, facts) {
      const key = keysOf(name).find((one) => index.has(one))
      const row = key === undefined ? null : index.get(key) ?? null
      if (key === undefined || row === null) {
        if (facts.source === 'picture') without += 1
        return { facts, texts: null }
      }
      used.add(key)
      if ((row.date ?? '') !== '' && dates(row.date ?? '') === null) badDates += 1
      const told = facts.source === 'picture' ? tellPicture(facts, row, dates, births) : facts
      return { facts: told, texts: textsOf(row) }
    },
    left() {
      const unused = [...index].filter(([key, row]) => row !== null && !used.has(key)).map(([key]) => key)
      const twice = [...index].filter(([, row]) => row === null).map(([key]) => key)
      return [
        ...(unused.length === 0 ? [] : [`${count(unused, 'row names', 'rows name')} a file that was not there, such as ${unused[0]}.`]),
        ...(twice.length === 0 ? [] : [`${count(twice, 'file has', 'files have')} more than one row, such as ${twice[0]}; none of them was used.`]),
        ...(without === 0 ? [] : [`${without} ${without === 1 ? 'picture has' : 'pictures have'} no row; what their names tell was used.`]),
        ...(badDates === 0 ? [] : [`${badDates} ${badDates === 1 ? 'date' : 'dates'} could not be read and stayed unknown.`]),
      ]
    },
  }
}

/** Where each mapped column stands. */
function columnsOf(table: SidecarTable, map: Sidecar['map']): Partial<Record<SidecarField, number>> {
  return Object.fromEntries(Object.entries(map).map(([field, column]) => {
    const at = table.columns.indexOf(column)
    if (at >= 0) return [field, at]
    throw new HilumError('bad-input', `The table ${table.name} has no column "${column}".`, {
      mend: `Its columns are: ${table.columns.join(', ')}.`,
    })
  }))
}

function keyOf(path: string): string {
  return path.toLowerCase().split(/[\\/]+/).filter((part) => part !== '' && part !== '.').join('/')
}

/** The ways a row may name a film, the longest first. */
function keysOf(name: string): readonly string[] {
  const parts = keyOf(name).split('/')
  const paths = parts.map((_, at) => parts.slice(at).join('/'))
  return paths.flatMap((path) => [path, path.replace(/\.[^./]*$/, '')])
}

/** A picture has no identity of its own: what the row leaves open stays as the picture's name told it. */
function tellPicture(facts: InstanceFacts, row: Row, dates: DateReader, births: DateReader): InstanceFacts {
  const patientId = row.patient || facts.patientId
  const studyDate = dates(row.date ?? '')
  const studyTime = isoTime(padTime(row.time ?? ''))
  const named = row.study || row.accession || (studyDate === null ? '' : `${studyDate} ${studyTime ?? ''}`)
  const study = named === '' && !row.patient ? facts.studyInstanceUid : derivedUid('sidecar study', patientId, named || facts.hash)
  const view = viewOf(row.view ?? '')
  return {
    ...facts,
    patientId,
    patientName: row.name || row.patient || facts.patientName,
    birthDate: births(row.birthDate ?? ''),
    sex: sexOf(row.sex ?? ''),
    studyInstanceUid: study,
    seriesInstanceUid: derivedUid('sidecar series', study, facts.hash),
    studyDate,
    studyTime,
    studyOffset: studyDate === null ? facts.studyOffset : null,
    studyDescription: row.description || facts.studyDescription,
    accession: row.accession ?? '',
    view: view ?? facts.view,
    viewPosition: view === null ? facts.viewPosition : (row.view ?? '').toUpperCase(),
  }
}

/** Spreadsheets drop the zeros in front: 91500.5 is a quarter past nine. */
function padTime(cell: string): string {
  const match = /^(\d{1,6})(\.\d*)?$/.exec(cell.trim())
  return match === null ? cell : (match[1] ?? '').padStart(6, '0')
}

function sexOf(cell: string): string | null {
  return { m: 'M', male: 'M', f: 'F', female: 'F', o: 'O', other: 'O' }[cell.trim().toLowerCase()] ?? null
}

function textsOf(row: Row): StudyTexts | null {
  const text = (field: SidecarField): string | null => row[field]?.trim() || null
  const texts = {
    report: text('report'), indication: text('indication'), technique: text('technique'), comparison: text('comparison'),
  }
  return Object.values(texts).every((one) => one === null) ? null : texts
}

function count(list: readonly unknown[], one: string, many: string): string {
  return `${list.length} ${list.length === 1 ? one : many}`
}
