import type { HilumBridge, PortMessage, ServiceName } from '../shared/rpc/bridge.ts'
import type { Port } from '../shared/rpc/port.ts'
import { domPort } from '../shared/rpc/ports.ts'
import type { Platform } from './platform.ts'
import type { OpenPort } from './services.ts'

declare global {
  interface Window {
    readonly hilum: HilumBridge
  }
}

function isPortMessage(data: unknown): data is PortMessage {
  return typeof data === 'object' && data !== null && (data as { hilum?: unknown }).hilum === 'port'
}

/** Opens ports through the preload bridge. Requests for one service are answered in the order they were made. */
export function portsOver(page: Window): OpenPort {
  const waiting = new Map<ServiceName, ((port: Port) => void)[]>()
  page.addEventListener('message', (event: MessageEvent) => {
    const port = event.ports[0]
    if (event.source !== page || !isPortMessage(event.data) || port === undefined) return
    const next = waiting.get(event.data.service)?.shift()
    if (next === undefined) port.close()
    else next(domPort(port))
  })
  return (service) =>
    new Promise((resolve) => {
      waiting.set(service, [...(waiting.get(service) ?? []), resolve])
      page.hilum.connect(service)
    })
}

export function platformOf(page: Window): Platform {
  return { pathOf: (file) => page.hilum.pathForFile(file) }
}
