import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { CONNECT_CHANNEL, PORT_CHANNEL } from '../shared/rpc/bridge.ts'
import type { HilumBridge, PortMessage, ServiceName } from '../shared/rpc/bridge.ts'

const bridge: HilumBridge = {
  connect: (service) => ipcRenderer.send(CONNECT_CHANNEL, service),
  pathForFile: (file) => webUtils.getPathForFile(file as File),
  platform: process.platform,
}
contextBridge.exposeInMainWorld('hilum', bridge)

ipcRenderer.on(PORT_CHANNEL, (event, service: ServiceName) => {
  const message: PortMessage = { hilum: 'port', service }
  window.postMessage(message, window.location.origin, [...event.ports])
})
