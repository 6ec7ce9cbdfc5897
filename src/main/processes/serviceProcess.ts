import type { Port } from '../../shared/rpc/port.ts'

/** Why a process is gone, as a closed list. Its owner decides by it whether to start another. */
export type ExitReason =
  | 'stopped' // we asked for it
  | 'ended' // by itself, with code 0
  | 'failed' // by itself, with another code
  | 'killed' // by a signal from outside
  | 'crashed' // by a fault in native code
  | 'out-of-memory'
  | 'not-started'

export interface ProcessExit {
  readonly reason: ExitReason
  readonly code: number | null
}

/** A process of ours that offers a service, whatever brought it up. */
export interface ServiceProcess {
  /** `compute` or `dicom`. */
  readonly name: string
  readonly pid: number | undefined
  /** Resolves when it takes connections; rejects with kind `unavailable` when it is gone before. */
  readonly ready: Promise<void>
  /** Resolves once, when it is gone. Never rejects. */
  readonly exited: Promise<ProcessExit>
  /** A connection for the caller. It closes when either side closes it or the process is gone. */
  connect(): Port
  /** Ends it. What it was doing is lost; `exited` resolves with `stopped`. */
  kill(): void
}

/** Variables that change how Node, Electron or the loader behave, and nothing that a service needs. */
const DANGEROUS = /^(NODE_|ELECTRON_|npm_|VSCODE_|LD_PRELOAD$|LD_AUDIT$|DYLD_INSERT_)/i

/** The environment for a child: ours, without the variables that could make it load or run something else. */
export function childEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).filter(([name, value]) => value !== undefined && !DANGEROUS.test(name))
  return Object.fromEntries(kept) as Record<string, string>
}
