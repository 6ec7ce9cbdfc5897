import { fork } from 'node:child_process'
import { HilumError } from '../../shared/errors.ts'
import { forkPort } from '../../shared/rpc/ports.ts'
import { log } from '../log.ts'
import { childEnvironment } from './serviceProcess.ts'
import type { ExitReason, ProcessExit, ServiceProcess } from './serviceProcess.ts'

/** Signals that a process gets from its own faults, not from somebody else. */
const FAULTS = new Set<NodeJS.Signals>(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGTRAP'])

/**
 * A service in a forked Node process, for the command line and the tests, where there is no Electron. It has one
 * channel, so it can be connected to once.
 */
export function forkProcess(name: string, entry: string): ServiceProcess {
  const child = fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: childEnvironment(process.env),
    execArgv: [],
  })
  const say = (text: unknown): void => log(`node ${name} ${child.pid ?? '-'}`, String(text))
  child.stdout?.on('data', say)
  child.stderr?.on('data', say)

  let asked = false
  let connected = false
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('error', () => child.pid === undefined && resolve({ reason: 'not-started', code: null }))
    child.once('exit', (code, signal) => resolve({ reason: asked ? 'stopped' : reasonOf(code, signal), code }))
  })
  const ready = new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    void exited.then(({ reason }) => {
      reject(new HilumError('unavailable', `The ${name} process could not be started (${reason}).`))
    })
  })
  ready.catch(() => undefined) // whoever waits for it hears of it; nobody has to

  return {
    name,
    pid: child.pid,
    ready,
    exited,
    connect() {
      if (connected) throw new HilumError('internal', `The ${name} process can be connected to once only.`)
      connected = true
      return forkPort(child)
    },
    kill() {
      asked = true
      child.kill('SIGKILL')
    },
  }
}

function reasonOf(code: number | null, signal: NodeJS.Signals | null): ExitReason {
  if (signal !== null) return FAULTS.has(signal) ? 'crashed' : 'killed'
  return code === 0 ? 'ended' : 'failed'
}
