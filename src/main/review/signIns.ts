import { randomBytes } from 'node:crypto'
import { HilumError } from '../../shared/errors.ts'
import { appendAudit } from '../database/audit.ts'
import type { Connection } from '../database/connection.ts'
import type { Reader } from '../database/readers.ts'
import { needReader, pinFits } from './pins.ts'

/** Wrong PINs that are free; each one after them doubles the wait. */
const FREE_TRIES = 5
const FIRST_WAIT_MS = 30_000

/** Who has signed in since Hilum was started, and who guesses PINs. */
export class SignIns {
  readonly #connection: Connection
  readonly #clock: () => number
  readonly #readers = new Map<string, Reader>()
  readonly #refused = new Map<string, { tries: number; until: number }>()

  constructor(connection: Connection, clock: () => number = Date.now) {
    this.#connection = connection
    this.#clock = clock
  }

  /** Throws `not-found`, `bad-input` for a wrong PIN, `limit` while too many wrong ones are waited out. */
  async signIn(name: string, pin: string): Promise<{ readonly token: string; readonly reader: Reader }> {
    const reader = needReader(this.#connection, name)
    const before = this.#refused.get(reader.id) ?? { tries: 0, until: 0 }
    const wait = Math.ceil((before.until - this.#clock()) / 1000)
    if (wait > 0) throw new HilumError('limit', `Too many wrong PINs for ${reader.name}: wait ${wait} s and try again.`)
    if (!(await pinFits(this.#connection, reader, pin))) throw this.#refuse(reader)
    this.#refused.delete(reader.id)
    const token = randomBytes(24).toString('base64url')
    this.#readers.set(token, reader)
    this.#audit(reader, 'reader.signed-in')
    return { token, reader }
  }

  signOut(token: string): void {
    this.#readers.delete(token)
  }

  /** The reader of a token. Throws `conflict` when nobody is signed in with it. */
  readerOf(token: string): Reader {
    const reader = this.#readers.get(token)
    if (reader !== undefined) return reader
    throw new HilumError('conflict', 'You are not signed in any more.', { mend: 'Sign in again.' })
  }

  #refuse(reader: Reader): HilumError {
    const tries = (this.#refused.get(reader.id)?.tries ?? 0) + 1
    const until = tries < FREE_TRIES ? 0 : this.#clock() + FIRST_WAIT_MS * 2 ** (tries - FREE_TRIES)
    this.#refused.set(reader.id, { tries, until })
    this.#audit(reader, 'reader.refused')
    return new HilumError('bad-input', `That is not the PIN of ${reader.name}.`)
  }

  #audit(reader: Reader, action: 'reader.signed-in' | 'reader.refused'): void {
    const at = new Date(this.#clock()).toISOString()
    appendAudit(this.#connection, { at, actor: `reader:${reader.id}`, action, subject: reader.id, detail: {} })
  }
}
