import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron'
import type { MessagePortMain } from 'electron'
import { CONNECT_CHANNEL, PORT_CHANNEL, SERVICE_NAMES } from '../shared/rpc/bridge.ts'
import type { ServiceName } from '../shared/rpc/bridge.ts'
import { log } from './log.ts'
import { isOurPage } from './security.ts'

/** Takes one end of a channel and serves it. */
export type Introduce = (port: MessagePortMain) => Promise<void> | void

/**
 * Gives our pages the ports they ask for: the page gets its end at once (what it sends waits in the channel), the
 * service gets the other. With compute and dicom the page then talks directly; nothing passes through this process.
 * When a service cannot be had its end is closed, and the page sees its port close.
 */
export function introduceServices(services: Readonly<Record<ServiceName, Introduce>>): void {
  ipcMain.on(CONNECT_CHANNEL, (event, service: unknown) => {
    if (!isOurPage(event, BrowserWindow.getAllWindows())) return log('main', 'refused a connection to a foreign page')
    const name = SERVICE_NAMES.find((known) => known === service)
    if (name === undefined) return log('main', 'refused a connection to an unknown service')
    const { port1, port2 } = new MessageChannelMain()
    event.senderFrame?.postMessage(PORT_CHANNEL, name, [port1])
    void Promise.resolve()
      .then(() => services[name](port2))
      .catch((error: unknown) => {
        log('main', `the ${name} service cannot be had: ${error instanceof Error ? error.message : String(error)}`)
        port2.close()
      })
  })
}
