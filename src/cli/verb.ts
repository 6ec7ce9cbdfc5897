import type { ParseArgsOptionsConfig } from 'node:util'
import type { Session } from './session.ts'

/** One verb of the command line. */
export interface Verb {
  readonly name: string
  /** What follows the verb, for the usage. */
  readonly synopsis: string
  /** What it does, in one line. */
  readonly about: string
  readonly options: ParseArgsOptionsConfig
  /** How many words may follow the verb. */
  readonly words: readonly [least: number, most: number]
  readonly run: (args: Args, session: Session) => Promise<Answer>
}

/** The options and words of a call, as node:util parsed them. */
export interface Args {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>
  readonly words: readonly string[]
}

/** What a verb says: for a program, and for a person. `failed` makes the exit status 1 all the same. */
export interface Answer {
  readonly json: Readonly<Record<string, unknown>>
  readonly text: string
  readonly failed?: boolean
}

/** A wrong call: exit status 2. */
export class BadUsage extends Error {
  override readonly name = 'BadUsage'
}
