import { basename, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { ExportReport } from '../../shared/contracts/main.ts'
import { appendAudit, auditHead } from '../database/audit.ts'
import { canonicalJson } from '../database/canonicalJson.ts'
import type { Connection } from '../database/connection.ts'
import { sha256 } from '../database/sha256.ts'
import { BUNDLE_FORMAT, BUNDLE_VERSION, MANIFEST_NAME, type Manifest } from './bundle.ts'
import { blindedComparisons } from '../review/blinding.ts'
import { collectBundle } from './collectBundle.ts'
import { readmeText } from './readmeText.ts'
import { csvHeader, csvRows } from './verdictsCsv.ts'
import { ZipWriter } from './zipWriter.ts'

/** Where to write, and what the manifest says about it. */
export interface ExportOptions {
  readonly path: string
  readonly hilumVersion: string
  readonly at: string
}

/**
 * Writes everything that was compared and judged in the workspace into one zip, and the fact into the audit; what a
 * blinded review set still asks about is left out, and said. Files and rows are in a fixed order. It gives way to other
 * work after every comparison.
 */
export async function writeExport(connection: Connection, options: ExportOptions): Promise<ExportReport> {
  const path = resolve(options.path)
  using zip = new ZipWriter(path)
  const counts = { comparisons: 0, edits: 0, verdicts: 0 }
  const audit = auditHead(connection)
  const withheld = blindedComparisons(connection, null)
  // The rows of the CSV are small beside the JSON (no provenance), so they wait in memory while it is written.
  const rows: string[] = [csvHeader()]
  const json = zip.begin('comparisons.json')
  json.push(`{"format":"hilum-comparisons","version":${BUNDLE_VERSION},"comparisons":[`)
  for (const comparison of collectBundle(connection, withheld)) {
    json.push(`${counts.comparisons === 0 ? '' : ','}\n${canonicalJson(comparison)}`)
    rows.push(csvRows(comparison))
    counts.comparisons += 1
    counts.edits += comparison.edits.length
    counts.verdicts += comparison.edits.reduce((sum, edit) => sum + edit.verdicts.length, 0)
    await setImmediate()
  }
  json.push('\n]}\n')
  const files = [json.end(), zip.add('verdicts.csv', rows), zip.add('readme.txt', [readmeText(withheld.size)])]
  const unsealed = {
    format: BUNDLE_FORMAT,
    version: BUNDLE_VERSION,
    hilumVersion: options.hilumVersion,
    exportedAt: options.at,
    counts,
    audit,
    files,
  }
  const manifest = { ...unsealed, seal: sha256(canonicalJson(unsealed)) } as Manifest
  zip.add(MANIFEST_NAME, [`${JSON.stringify(manifest, null, 2)}\n`])
  const written = zip.finish()
  appendAudit(connection, {
    at: options.at, actor: 'hilum', action: 'verdicts.exported', subject: basename(path), detail: { ...written, counts, withheld: withheld.size },
  })
  return {
    path, bytes: written.bytes, files: files.length + 1, verdicts: counts.verdicts, withheld: withheld.size,
    sha256: written.sha256,
  }
}
