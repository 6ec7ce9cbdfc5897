/**
 * One record of CSV (RFC 4180: CRLF, quotes doubled). A cell that a spreadsheet would take for a formula gets an
 * apostrophe in front (OWASP, "CSV Injection"): notes are free text, and an export is opened by other people.
 */
export function csvRecord(cells: readonly string[]): string {
  return `${cells.map((cell) => quoted(guarded(cell))).join(',')}\r\n`
}

function guarded(cell: string): string {
  return /^[=+\-@\t\r\n|%]/.test(cell) ? `'${cell}` : cell
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) || cell.trim() !== cell ? `"${cell.replaceAll('"', '""')}"` : cell
}
