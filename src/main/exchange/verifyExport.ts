import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { z } from 'zod'
import { HilumError } from '../../shared/errors.ts'
import { canonicalJson } from '../database/canonicalJson.ts'
import { sha256 } from '../database/sha256.ts'
import { ComparisonsFile, FILE_NAMES, Manifest, MANIFEST_NAME } from './bundle.ts'
import { readZip } from './readZip.ts'
import { csvHeader, csvRows } from './verdictsCsv.ts'

/** What an intact bundle holds. */
export interface VerifyReport {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly exportedAt: string
  readonly hilumVersion: string
  readonly comparisons: number
  readonly edits: number
  readonly verdicts: number
}

const CAPS = { entries: 16, bytes: 2 * 1024 ** 3 }

/**
 * Reads a bundle back and checks all of it: the zip's own sums, the manifest's seal, size and SHA-256 of every file,
 * the schema of the JSON, and that the CSV says exactly what the JSON says. Throws `corrupt` with one sentence about
 * the first thing that is wrong, or `not-found`.
 */
export function verifyExport(path: string): VerifyReport {
  const full = resolve(path)
  const data = readBundle(full)
  const files = readZip(data, CAPS)
  const manifest = readManifest(files)
  checkFiles(files, manifest)
  const { comparisons } = parse(ComparisonsFile, fileOf(files, 'comparisons.json'), 'comparisons.json')
  const csv = csvHeader() + comparisons.map(csvRows).join('')
  if (csv !== fileOf(files, 'verdicts.csv')) throw broken('verdicts.csv does not say what comparisons.json says')
  const edits = comparisons.flatMap((comparison) => comparison.edits)
  const verdicts = edits.reduce((sum, edit) => sum + edit.verdicts.length, 0)
  const counts = { comparisons: comparisons.length, edits: edits.length, verdicts }
  if (canonicalJson(counts) !== canonicalJson(manifest.counts)) throw broken('its manifest counts other rows')
  const { exportedAt, hilumVersion } = manifest
  return { path: full, bytes: data.length, sha256: sha256(data), exportedAt, hilumVersion, ...counts }
}

function readBundle(path: string): Uint8Array {
  const size = statSync(path, { throwIfNoEntry: false })?.size
  if (size === undefined) throw new HilumError('not-found', `There is no file ${path}.`)
  if (size > CAPS.bytes) throw new HilumError('limit', `${path} is larger than any export (${size} bytes).`)
  return readFileSync(path)
}

function readManifest(files: ReadonlyMap<string, Uint8Array>): Manifest {
  const manifest = parse(Manifest, fileOf(files, MANIFEST_NAME), MANIFEST_NAME)
  const { seal, ...unsealed } = manifest
  if (sha256(canonicalJson(unsealed)) !== seal) throw broken('the manifest was altered')
  return manifest
}

function checkFiles(files: ReadonlyMap<string, Uint8Array>, manifest: Manifest): void {
  const listed = new Map(manifest.files.map((file) => [file.name as string, file]))
  for (const name of FILE_NAMES) {
    if (!listed.has(name)) throw broken(`the manifest does not list ${name}`)
  }
  for (const [name, data] of files) {
    if (name === MANIFEST_NAME) continue
    const file = listed.get(name)
    if (file === undefined) throw broken(`${name} does not belong in it`)
    if (file.bytes !== data.length || file.sha256 !== sha256(data)) throw broken(`${name} was altered`)
  }
  for (const name of listed.keys()) {
    if (!files.has(name)) throw broken(`${name} is missing`)
  }
}

function fileOf(files: ReadonlyMap<string, Uint8Array>, name: string): string {
  const data = files.get(name)
  if (data === undefined) throw broken(`${name} is missing`)
  return new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(data)
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string, name: string): z.output<Schema> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw broken(`${name} is not JSON`)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw broken(`${name} has something wrong at ${issue?.path.join('.') || 'its top'} (${issue?.message ?? ''})`)
}

function broken(why: string): HilumError {
  return new HilumError('corrupt', `This is not an intact export: ${why}.`, { mend: 'Export again from the workspace.' })
}
