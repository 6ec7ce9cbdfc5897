import { electronPort, forkPort } from './ports.ts'
import type { ElectronPortLike, ForkPortLike } from './ports.ts'
import type { Port } from './port.ts'

/** The message that brings a port to a utility process. */
export const CONNECT = 'hilum:connect'
/** What a process says on its control channel once it takes connections. */
export const READY = 'hilum:ready'

/** `process`, as a utility process or a forked Node process sees it. */
export interface ProcessLike extends ForkPortLike {
  readonly parentPort?: {
    on(type: 'message', listener: (event: { data: unknown; ports: ElectronPortLike[] }) => void): unknown
    postMessage(data: unknown): void
  }
}

/**
 * Makes this process take connections, one port at a time: from Electron's main process as many as it introduces,
 * from a parent that forked it just the one channel. Call it once, in the entry of the process.
 */
export function acceptConnections(process: ProcessLike, connected: (port: Port) => void): void {
  const { parentPort } = process
  if (parentPort === undefined) return connected(forkPort(process))
  parentPort.on('message', ({ data, ports }) => {
    const port = ports[0]
    if (data === CONNECT && port !== undefined) connected(electronPort(port))
  })
  parentPort.postMessage(READY)
}
