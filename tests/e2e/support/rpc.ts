import type { Page } from '@playwright/test'
import type { HilumBridge, PortMessage, ServiceName } from '../../../src/shared/rpc/bridge.ts'

declare global {
  interface Window {
    hilum: HilumBridge
    /** Ports that a test has opened in the page, and whether they closed. */
    testPorts?: Record<string, { port: MessagePort; closed: boolean }>
  }
}

/**
 * Asks for a port from within the page, as the page's own code does. False when none comes within `waitMs`. The
 * page's own code hears of the port first and closes what it did not ask for, so closing is off meanwhile.
 */
export function openPort(page: Page, service: string, waitMs = 5_000): Promise<boolean> {
  return page.evaluate(
    ([service, waitMs]) =>
      new Promise<boolean>((resolve) => {
        const { close } = MessagePort.prototype
        MessagePort.prototype.close = () => undefined
        const done = (came: boolean): void => {
          window.removeEventListener('message', receive)
          MessagePort.prototype.close = close
          clearTimeout(timer)
          resolve(came)
        }
        const timer = setTimeout(() => done(false), waitMs)
        const receive = (event: MessageEvent<PortMessage>): void => {
          const port = event.ports[0]
          if (event.data.hilum !== 'port' || event.data.service !== service || port === undefined) return
          const entry = { port, closed: false }
          port.addEventListener('close', () => (entry.closed = true))
          port.start()
          window.testPorts = { ...window.testPorts, [service]: entry }
          done(true)
        }
        window.addEventListener('message', receive)
        window.hilum.connect(service as ServiceName)
      }),
    [service, waitMs] as const,
  )
}

/** Calls a method over a port opened by `openPort` and returns the raw reply, or `closed` when the port closes. */
export function callPort(page: Page, service: string, method: string, params: object = {}): Promise<unknown> {
  return page.evaluate(
    ([service, method, params]) =>
      new Promise((resolve) => {
        const { port } = window.testPorts![service]!
        const id = Math.floor(Math.random() * 1e9)
        port.addEventListener('message', (event) => {
          if (event.data.id === id && event.data.kind !== 'event') resolve(event.data)
        })
        port.addEventListener('close', () => resolve({ kind: 'closed' }))
        port.postMessage({ kind: 'call', id, method, params })
      }),
    [service, method, params] as const,
  )
}

export function isPortClosed(page: Page, service: string): Promise<boolean> {
  return page.evaluate((service) => window.testPorts?.[service]?.closed === true, service)
}
