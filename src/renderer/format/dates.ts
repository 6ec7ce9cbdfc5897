import { offsetInWords, type StudyOffset } from '../../shared/domain/studyOffset.ts'

/** When a study was made: its date, or for a picture at most its place among the patient's others. */
export interface StudyTime {
  readonly date: string | null
  readonly offset: StudyOffset | null
}

/** A calendar date YYYY-MM-DD as days since 1970-01-01, or null when it is not one. */
function dayNumber(date: string | null): number | null {
  if (date === null || !/^\d{4}-\d{2}-\d{2}$/.test(date)) return null
  const time = Date.parse(`${date}T00:00:00Z`)
  return Number.isNaN(time) ? null : Math.round(time / 86_400_000)
}

function count(n: number, unit: string): string {
  return `${n} ${unit}${n === 1 ? '' : 's'}`
}

function dayOf({ date, offset }: StudyTime): { readonly day: number; readonly dated: boolean } | null {
  const day = dayNumber(date)
  if (day !== null) return { day, dated: true }
  return offset?.unit === 'day' ? { day: offset.count, dated: false } : null
}

/**
 * How long before `current` the study `prior` was made, in the words a reader uses: days up to two weeks, weeks up to
 * two months, months up to two years, then years. Null when it is not known: a date is missing, or a follow-up visit
 * is all that a picture tells.
 */
export function intervalInWords(prior: StudyTime | null, current: StudyTime): string | null {
  const from = prior === null ? null : dayOf(prior)
  const to = dayOf(current)
  if (from === null || to === null || from.dated !== to.dated) return null
  const days = Math.abs(to.day - from.day)
  const direction = to.day >= from.day ? 'before' : 'after'
  if (days === 0) return 'the same day'
  if (days < 14) return `${count(days, 'day')} ${direction}`
  if (days < 61) return `${count(Math.round(days / 7), 'week')} ${direction}`
  const months = Math.round(days / 30.4375)
  if (months < 24) return `${count(months, 'month')} ${direction}`
  return `${count(Math.round(days / 365.25), 'year')} ${direction}`
}

/** Completed years between birth and a day, or null when either date is missing. */
export function ageAt(birthDate: string | null, date: string | null): number | null {
  if (dayNumber(birthDate) === null || dayNumber(date) === null) return null
  const [by, bm, bd] = (birthDate as string).split('-').map(Number) as [number, number, number]
  const [y, m, d] = (date as string).split('-').map(Number) as [number, number, number]
  const age = y - by - (m < bm || (m === bm && d < bd) ? 1 : 0)
  return age < 0 ? null : age
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A date that no reader can take for another, `03 Feb 2026`, or that it is unknown and what is known in its place. */
export function studyTimeInWords({ date, offset }: StudyTime): string {
  if (dayNumber(date) === null) return offsetInWords(offset)
  const [y, m, d] = (date as string).split('-') as [string, string, string]
  return `${d} ${MONTHS[Number(m) - 1]} ${y}`
}

/** The local time of day of an ISO 8601 instant: `22:41:07`. */
export function clockTime(instant: string): string {
  const date = new Date(instant)
  if (Number.isNaN(date.getTime())) return ''
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((n) => String(n).padStart(2, '0')).join(':')
}
