import { COLUMNS } from './verdictsCsv.ts'

/**
 * The readme of a bundle: what the files hold, for somebody who has no Hilum.
 * @param withheld comparisons left out because a blinded review set still asks about them
 */
export function readmeText(withheld: number): string {
  const width = Math.max(...COLUMNS.map((column) => column.name.length)) + 2
  return [
    'Exported by Hilum: verdicts on what steering a radiology language model did to its findings.',
    '',
    'verdicts.csv      one row for every verdict ever given, UTF-8, RFC 4180. The rows with standing = true and',
    '                  verdict other than withdrawn are the ones that count. A cell that begins with one of',
    '                  = + - @ has an apostrophe in front, so that no spreadsheet takes it for a formula.',
    'comparisons.json  every steered text beside its baseline, with findings, edits, the history of verdicts, and the',
    '                  provenance of both texts: model, dictionary, prompt and image hashes, intervention, runtime.',
    'manifest.json     size and SHA-256 of the files, and the state of the audit when the export began.',
    '',
    ...(withheld === 0 ? [] : [
      `Left out: ${withheld} comparisons that a blinded review set still asks about. Open its blinding and export again.`, '',
    ]),
    'Check a bundle with "hilum verify FILE". It finds any file that was altered; keep the SHA-256 of the whole bundle',
    'apart from it if you must also know that it was not replaced.',
    '',
    'Patient names and birth dates are left out. Patient IDs, study dates and the free text of reports and notes are',
    'in: see that they may leave before you pass the bundle on.',
    '',
    'Columns of verdicts.csv',
    ...COLUMNS.map((column) => `  ${column.name.padEnd(width)}${column.about}`),
    '',
  ].join('\r\n')
}
