import { app, MessageChannelMain, utilityProcess } from 'electron'
import type { Details, MessagePortMain } from 'electron'
import { HilumError } from '../../shared/errors.ts'
import { CONNECT, READY } from '../../shared/rpc/acceptConnections.ts'
import { electronPort } from '../../shared/rpc/ports.ts'
import { log } from '../log.ts'
import { childEnvironment } from './serviceProcess.ts'
import type { ExitReason, ProcessExit, ServiceProcess } from './serviceProcess.ts'

/** A service in an Electron utility process, which takes any number of connections. */
export interface UtilityProcess extends ServiceProcess {
  /** Hands it one end of a channel, for a connection that does not pass through this process. */
  introduce(port: MessagePortMain): void
}

/** Chromium tells why a process is gone beside its exit, a moment before or after it. */
const REASON_GRACE_MS = 100

const REASONS: Partial<Record<Details['reason'], ExitReason>> = {
  crashed: 'crashed',
  killed: 'killed',
  oom: 'out-of-memory',
  'memory-eviction': 'out-of-memory',
  'launch-failed': 'not-started',
  'integrity-failure': 'not-started',
}

/** Starts the built entry `entry` (an absolute path) as a utility process. Only after Electron is ready. */
export function startUtilityProcess(name: string, entry: string): UtilityProcess {
  const serviceName = `Hilum ${name}`
  const child = utilityProcess.fork(entry, [], { serviceName, stdio: 'pipe', env: childEnvironment(process.env) })
  let pid: number | undefined // kept: Electron forgets it when the process is gone
  child.once('spawn', () => (pid = child.pid))
  const say = (text: unknown): void => log(`utility ${name} ${pid ?? '-'}`, String(text))
  child.stdout?.on('data', say)
  child.stderr?.on('data', say)

  let asked = false
  const exited = new Promise<ProcessExit>((resolve) => {
    let told: ExitReason | undefined
    const gone = (_event: unknown, details: Details): void => {
      if (details.type === 'Utility' && details.name === serviceName) told = REASONS[details.reason]
    }
    app.on('child-process-gone', gone)
    child.once('exit', (code) => {
      setTimeout(() => {
        app.off('child-process-gone', gone)
        const reason = asked ? 'stopped' : (told ?? (code === 0 ? 'ended' : 'failed'))
        if (!asked) say(`is gone: ${reason}, code ${code}`)
        resolve({ reason, code })
      }, REASON_GRACE_MS)
    })
  })
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message: unknown) => message === READY && resolve())
    void exited.then(({ reason }) => {
      reject(new HilumError('unavailable', `The ${name} process ended before it was ready (${reason}).`))
    })
  })
  ready.catch(() => undefined) // whoever waits for it hears of it; nobody has to

  const introduce = (port: MessagePortMain): void => child.postMessage(CONNECT, [port])
  return {
    name,
    get pid() {
      return pid
    },
    ready,
    exited,
    introduce,
    connect() {
      const { port1, port2 } = new MessageChannelMain()
      introduce(port2)
      return electronPort(port1)
    },
    kill() {
      asked = true
      child.kill()
    },
  }
}
