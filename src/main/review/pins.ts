import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { ReaderName } from '../../shared/domain/reviewSet.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Connection } from '../database/connection.ts'
import { addReader, findReader, keepPin, latestPin, type PinHash, type Reader } from '../database/readers.ts'

/** scrypt with 32 MiB a guess: about 100 ms, so that a stolen database does not give up four digits at once for all. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 ** 2 }
const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt)

/** Adds a reader. Throws `bad-input` for a name or PIN that cannot be, `conflict` for a name that is taken. */
export async function registerReader(connection: Connection, name: string, pin: string, at: string): Promise<Reader> {
  const parsed = ReaderName.safeParse(name)
  if (!parsed.success) throw new HilumError('bad-input', 'A reader has a name of 1 to 80 characters.')
  return addReader(connection, parsed.data, await hashPin(pin), at)
}

/** Gives a reader a new PIN; `actor` is who did it. Throws `not-found`. */
export async function replacePin(
  connection: Connection, name: string, pin: string, at: string, actor: string,
): Promise<Reader> {
  const reader = needReader(connection, name)
  keepPin(connection, reader.id, await hashPin(pin), at, actor)
  return reader
}

/** True when the PIN is the reader's. The comparison takes as long for a near miss as for a far one. */
export async function pinFits(connection: Connection, reader: Reader, pin: string): Promise<boolean> {
  const { salt, hash } = latestPin(connection, reader.id)
  const given = await derive(pin, Buffer.from(salt, 'hex'), hash.length / 2, COST)
  return timingSafeEqual(given, Buffer.from(hash, 'hex'))
}

/** A reader by name. Throws `not-found`. */
export function needReader(connection: Connection, name: string): Reader {
  const reader = findReader(connection, name)
  if (reader !== null) return reader
  throw new HilumError('not-found', `There is no reader named ${name} on this machine.`, {
    mend: 'Add the reader, or check the spelling.',
  })
}

async function hashPin(pin: string): Promise<PinHash> {
  if (!/^\d{4,12}$/.test(pin)) throw new HilumError('bad-input', 'A PIN is 4 to 12 digits.')
  const salt = randomBytes(16)
  return { salt: salt.toString('hex'), hash: (await derive(pin, salt, 32, COST)).toString('hex') }
}
