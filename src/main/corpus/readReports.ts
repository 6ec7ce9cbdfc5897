import { parse } from 'csv-parse'
import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { HilumError } from '../../shared/errors.ts'

/** A report as a source holds it; `id` is null where the source has none. */
export interface SourceReport {
  readonly id: string | null
  readonly text: string
}

/** Something that is no report, and where it stands. */
export interface SkippedReport {
  readonly skipped: string
}

/** The longest text taken for one report, in bytes. */
export const MOST_REPORT_BYTES = 200_000
const TEXT_COLUMNS = ['report', 'report_text', 'text', 'body'] as const
const PARTS = ['findings', 'impression'] as const
const ID_COLUMNS = ['study_id', 'report_id', 'accession', 'id', 'uid', 'filename', 'file', 'path'] as const

/**
 * The reports of a file or folder, one at a time: `.txt` is one report, `.csv` one a row, `.jsonl` one a line, a folder
 * all of these below it. `column` names the text's column; without it `report`, `text` or `findings` and `impression`
 * are taken. Throws `not-found`, `unsupported` and `bad-input` for a source that can give no report at all.
 */
export async function* readReports(path: string, column: string | null): AsyncGenerator<SourceReport | SkippedReport> {
  const facts = await stat(path).catch(() => null)
  if (facts === null) throw new HilumError('not-found', `There is no file or folder ${path}. Nothing was added.`)
  if (facts.isDirectory()) {
    for (const file of await filesBelow(path)) yield* readFileReports(file, column)
    return
  }
  if (!READERS.has(extname(path).toLowerCase())) {
    throw new HilumError('unsupported', `${basename(path)} is none of the kinds that hold reports.`, {
      mend: 'Give a folder, a .txt, a .csv or a .jsonl file.',
    })
  }
  yield* readFileReports(path, column)
}

type Reader = (path: string, column: string | null) => AsyncGenerator<SourceReport | SkippedReport>

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['.txt', readText], ['.csv', readCsv], ['.jsonl', readJsonLines], ['.ndjson', readJsonLines],
])

async function* readFileReports(path: string, column: string | null): AsyncGenerator<SourceReport | SkippedReport> {
  const read = READERS.get(extname(path).toLowerCase())
  if (read !== undefined) yield* read(path, column)
}

async function filesBelow(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()
}

async function* readText(path: string): AsyncGenerator<SourceReport | SkippedReport> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    if (size > MOST_REPORT_BYTES) yield { skipped: `${basename(path)} is longer than a report` }
    else yield { id: basename(path), text: await file.readFile('utf8') }
  } finally {
    await file.close()
  }
}

async function* readCsv(path: string, column: string | null): AsyncGenerator<SourceReport | SkippedReport> {
  const rows = createReadStream(path).pipe(parse({
    columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
    bom: true, relax_column_count: true, skip_empty_lines: true, max_record_size: 4 * MOST_REPORT_BYTES,
  }))
  let at = 1
  try {
    for await (const row of rows as AsyncIterable<Record<string, string>>) {
      at += 1
      yield reportOf(row, column, `row ${at} of ${basename(path)}`)
    }
  } catch (cause) {
    if (cause instanceof HilumError) throw cause
    throw new HilumError('bad-input', `${basename(path)} cannot be read as CSV after row ${at}: ${(cause as Error).message}`, {
      mend: 'Mend the file and add it again: what was counted stays counted once.', cause,
    })
  }
}

async function* readJsonLines(path: string, column: string | null): AsyncGenerator<SourceReport | SkippedReport> {
  let at = 0
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    at += 1
    if (line.trim() === '') continue
    const place = `line ${at} of ${basename(path)}`
    let value: unknown
    try {
      value = JSON.parse(line.replace(/^\uFEFF/, ''))
    } catch {
      yield { skipped: `${place} is not JSON` }
      continue
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      yield { skipped: `${place} is not an object` }
      continue
    }
    const fields = Object.entries(value).filter(([, field]) => typeof field === 'string' || typeof field === 'number')
    yield reportOf(Object.fromEntries(fields.map(([key, field]) => [key.toLowerCase(), String(field)])), column, place)
  }
}

function reportOf(
  row: Readonly<Record<string, string>>, column: string | null, place: string,
): SourceReport | SkippedReport {
  const wanted = column?.toLowerCase() ?? TEXT_COLUMNS.find((name) => Object.hasOwn(row, name))
  const parts = wanted === undefined ? PARTS.filter((name) => Object.hasOwn(row, name)) : [wanted]
  if (parts.length === 0 || (wanted !== undefined && !Object.hasOwn(row, wanted))) {
    throw new HilumError('bad-input', `There is no column of reports in ${place}: it has ${Object.keys(row).join(', ') || 'none'}.`, {
      mend: 'Say which one with --column NAME.',
    })
  }
  const text = parts.map((name) => row[name] ?? '').filter((part) => part.trim() !== '').join('\n\n')
  if (text === '') return { skipped: `${place} is empty` }
  if (Buffer.byteLength(text) > MOST_REPORT_BYTES) return { skipped: `${place} is longer than a report` }
  const id = ID_COLUMNS.map((name) => row[name]).find((value) => value !== undefined && value !== '')
  return { id: id ?? null, text }
}
