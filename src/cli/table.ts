/** Rows as text in aligned columns, two blanks apart; a column whose every cell is a number is set to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows]
  const columns = header.map((_, column) => ({
    width: Math.max(...all.map((row) => (row[column] ?? '').length)),
    right: rows.length > 0 && rows.every((row) => /^[-+]?[\d.]*( ?%)?$/.test(row[column] ?? '')),
  }))
  const line = (row: readonly string[]): string =>
    columns.map(({ width, right }, at) => (right ? (row[at] ?? '').padStart(width) : (row[at] ?? '').padEnd(width))).join('  ').trimEnd()
  return all.map(line).join('\n')
}

/** A text in lines of at most `width` characters, each led by `indent`. */
export function wrap(text: string, indent = '', width = 100): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, indent + line].join('\n')
}

export function percent(share: number | null): string {
  return share === null ? '' : `${Math.round(100 * share)} %`
}

export function milliseconds(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`
}
