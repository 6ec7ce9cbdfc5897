import { createHash } from 'node:crypto'
import { createReadStream, existsSync, statfsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { verifyAudit } from '../main/database/audit.ts'
import { sql, type Connection } from '../main/database/connection.ts'
import { verifyFrozenSets } from '../main/review/freezeSet.ts'
import type { Workspace } from '../main/workspace/workspace.ts'
import { toErrorData } from '../shared/errors.ts'

/** One line of the doctor: what was looked at, how it is, and what to do about it. */
export interface Check {
  readonly name: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly text: string
  readonly mend: string | null
}

export const ok = (name: string, text: string): Check => ({ name, status: 'ok', text, mend: null })
export const warn = (name: string, text: string, mend: string): Check => ({ name, status: 'warn', text, mend })
export const fail = (name: string, text: string, mend: string | null): Check => ({ name, status: 'fail', text, mend })

/** A check that fails with what `look` throws. */
export async function check(name: string, look: () => Promise<Check> | Check): Promise<Check> {
  try {
    return await look()
  } catch (error) {
    const { message, mend } = toErrorData(error)
    return fail(name, message, mend)
  }
}

const LOW_DISK = 2 * 1024 ** 3
const NO_DISK = 200 * 1024 ** 2

/** Free space where the workspace is or will be. */
export function checkDisk(dir: string): Check {
  let place = resolve(dir)
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place)
  const { bavail, bsize } = statfsSync(place)
  const free = bavail * bsize
  const text = `${(free / 1024 ** 3).toFixed(1)} GiB free at ${place}`
  if (free < NO_DISK) return fail('disk', text, 'Free some space: verdicts cannot be kept on a full disk.')
  return free < LOW_DISK ? warn('disk', text, 'Free some space before you import more.') : ok('disk', text)
}

/** PRAGMA quick_check and foreign keys. */
export function checkDatabase(connection: Connection): Check {
  const found = connection.pragmaRows('quick_check') as { quick_check: string }[]
  const first = found[0]?.quick_check ?? 'no answer'
  const mend = 'Copy the folder somewhere safe and restore the newest backup.'
  if (first !== 'ok') return fail('database', `Damaged: ${first}`, mend)
  const broken = connection.pragmaRows('foreign_key_check').length
  if (broken > 0) return fail('database', `${broken} rows refer to rows that are not there.`, mend)
  return ok('database', `schema ${String(connection.pragma('user_version'))}, ${connection.path}`)
}

export function checkAudit(connection: Connection): Check {
  const { rows, hash } = verifyAudit(connection)
  const sets = verifyFrozenSets(connection)
  const frozen = sets === 0 ? '' : `, ${sets} review sets as they were frozen`
  return ok('audit', `chain of ${rows} rows intact, last ${hash.slice(0, 12)}${frozen}`)
}

/** That every film of the database is in the store with the bytes it was filed with. */
export async function checkFilms(
  { connection, paths }: Workspace, onFilm: (done: number, total: number) => void,
): Promise<Check> {
  const films = connection.all(sql.selectFrom('film').select(['hash']).orderBy('hash'))
  const bad: string[] = []
  for (const [done, { hash }] of films.entries()) {
    onFilm(done, films.length)
    if ((await hashFile(join(paths.store, hash.slice(0, 2), hash))) !== hash) bad.push(hash.slice(0, 12))
  }
  if (bad.length === 0) return ok('films', `${films.length} films, all as they were filed`)
  const which = bad.slice(0, 5).join(', ')
  return fail('films', `${bad.length} of ${films.length} films are missing or altered: ${which}`, 'Import them again.')
}

async function hashFile(path: string): Promise<string | null> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch {
    return null
  }
  return hash.digest('hex')
}
