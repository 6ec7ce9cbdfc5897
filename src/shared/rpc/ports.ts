import type { Port } from './port.ts'

/** The page's MessagePort. Its `close` event (Chromium 122) also tells that the other process died. */
export interface DomPortLike {
  postMessage(data: unknown, transfer: ArrayBuffer[]): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: () => void): void
  start(): void
  close(): void
}

export function domPort(port: DomPortLike): Port {
  const closing = once()
  port.addEventListener('close', closing.fire)
  return {
    postMessage: (data, transfer = []) => port.postMessage(data, [...transfer]),
    onMessage(receive) {
      port.addEventListener('message', (event) => receive(event.data))
      port.start()
    },
    onClose: closing.listen,
    close() {
      port.close()
      closing.fire()
    },
  }
}

/** Electron's MessagePortMain, in the main process or a utility process. It copies buffers; it cannot move them. */
export interface ElectronPortLike {
  postMessage(data: unknown): void
  on(type: 'message', listener: (event: { data: unknown }) => void): unknown
  on(type: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

export function electronPort(port: ElectronPortLike): Port {
  const closing = once()
  port.on('close', closing.fire)
  return {
    postMessage: (data) => port.postMessage(data),
    onMessage(receive) {
      port.on('message', (event) => receive(event.data))
      port.start()
    },
    onClose: closing.listen,
    close() {
      port.close()
      closing.fire()
    },
  }
}

/** A MessagePort of Node's worker_threads. */
export interface WorkerPortLike {
  postMessage(data: unknown, transfer: ArrayBuffer[]): void
  on(type: 'message', listener: (data: unknown) => void): unknown
  on(type: 'close', listener: () => void): unknown
  close(): void
}

export function workerPort(port: WorkerPortLike): Port {
  const closing = once()
  port.on('close', closing.fire)
  return {
    postMessage: (data, transfer = []) => port.postMessage(data, [...transfer]),
    onMessage: (receive) => void port.on('message', receive),
    onClose: closing.listen,
    close: () => port.close(),
  }
}

/**
 * Either end of `child_process.fork(…, { serialization: 'advanced' })`: the ChildProcess, or `process` in the child.
 * A message after the other end has gone is dropped; `onClose` tells of it.
 */
export interface ForkPortLike {
  readonly connected?: boolean
  send?(data: never, onSent: (error: Error | null) => void): boolean
  on(type: 'message', listener: (data: unknown) => void): unknown
  on(type: 'disconnect', listener: () => void): unknown
  disconnect?(): void
}

export function forkPort(end: ForkPortLike): Port {
  const closing = once()
  end.on('disconnect', closing.fire)
  return {
    postMessage(data) {
      if (end.connected === true) end.send?.(data as never, () => undefined)
    },
    onMessage: (receive) => void end.on('message', receive),
    onClose: closing.listen,
    close() {
      if (end.connected === true) end.disconnect?.()
      closing.fire()
    },
  }
}

/** An event that happens at most once; late listeners are told at once. */
function once(): { fire(): void; listen(listener: () => void): void } {
  let fired = false
  const listeners: (() => void)[] = []
  return {
    fire() {
      if (fired) return
      fired = true
      for (const listener of listeners) listener()
    },
    listen(listener) {
      if (fired) listener()
      else listeners.push(listener)
    },
  }
}
