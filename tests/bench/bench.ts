import { join, resolve } from 'node:path'
import { startSession, type Session } from '../../src/cli/session.ts'
import type { Workspace } from '../../src/main/workspace/workspace.ts'
import type { Row } from './row.ts'

/** A group of measurements. */
export interface Group {
  readonly name: string
  /** Left out when every group is run: it takes very long or very much room. */
  readonly onlyWhenNamed?: boolean
  readonly run: (bench: Bench) => Promise<readonly Row[]>
}

/** What groups share: the demo workspace of the benchmarks, drawn once and kept under .cache. */
export interface Bench {
  readonly session: Session
  demo(): Promise<Workspace>
  say(text: string): void
}

export function startBench(signal: AbortSignal): Bench {
  const session = startSession(join(resolve(import.meta.dirname, '../..'), '.cache/bench/workspace'), signal)
  return {
    session,
    async demo() {
      const workspace = session.workspace({ make: true, demo: 'draw', model: 'open' })
      await workspace.demo
      return workspace
    },
    say: (text) => session.progress.say(text, true),
  }
}
