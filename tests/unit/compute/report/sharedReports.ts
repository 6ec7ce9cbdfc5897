import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../../../../../shared/data/reports/', import.meta.url))

/** The folder of real reports beside the repository, or null with a line that says so. */
export function sharedReports(): string | null {
  if (existsSync(`${FOLDER}MANIFEST.json`)) return FOLDER
  console.log('Skipped: ../shared/data/reports is not beside the repository.')
  return null
}

export interface GoldReport {
  readonly id: string
  readonly text: string
  readonly labels: ReadonlyMap<string, boolean>
  /** The collection's own coding by hand, as "Pleural Effusion/right/small". */
  readonly codes: readonly string[]
}

/** The reports of the Indiana collection with NegBio's gold labels: findings and impression as two paragraphs. */
export function goldReports(folder: string): readonly GoldReport[] {
  const [head = '', ...rows] = readFileSync(`${folder}iu-xray-gold14.csv`, 'utf8').trim().split('\n')
  const names = head.trim().split(',').slice(1)
  return rows.map((row) => {
    const [id = '', ...cells] = row.trim().split(',')
    const xml = readFileSync(`${folder}iu-xray/${id}.xml`, 'utf8')
    const parts = [...xml.matchAll(/<AbstractText Label="(?:FINDINGS|IMPRESSION)">([^<]*)</g)].map((m) => m[1] ?? '')
    const codes = [...xml.matchAll(/<major>([^<]*)</g)].map((m) => m[1] ?? '')
    return { id, text: parts.join('\n\n'), labels: new Map(names.map((name, i) => [name, cells[i] === '1'])), codes }
  })
}
