/** A DICOM date (DA `YYYYMMDD`, also ACR-NEMA's `YYYY.MM.DD`) as `YYYY-MM-DD`; null when it is no calendar date. */
export function isoDate(value: string): string | null {
  const match = /^(\d{4})[.-]?(\d{2})[.-]?(\d{2})$/.exec(value.trim())
  if (match === null) return null
  const [, year, month, day] = match
  const text = `${year}-${month}-${day}`
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : null
}

/** A DICOM time (TM `HHMMSS.FFFFFF`, minutes and seconds optional) as `HH:MM:SS`; null when it is no time of day. */
export function isoTime(value: string): string | null {
  const match = /^(\d{2}):?(\d{2})?:?(\d{2})?(\.\d*)?$/.exec(value.trim())
  if (match === null) return null
  const [, hours = '', minutes = '00', seconds = '00'] = match
  return Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 61 ? `${hours}:${minutes}:${seconds}` : null
}
