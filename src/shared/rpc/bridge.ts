/** The services a page can talk to: the main process, and the two utility processes directly. */
export const SERVICE_NAMES = ['main', 'compute', 'dicom'] as const
export type ServiceName = (typeof SERVICE_NAMES)[number]

/** All that the preload script gives the page, as `window.hilum`. */
export interface HilumBridge {
  /**
   * Asks for a connection. A MessagePort comes back as a `message` event on the window: `event.data` is a
   * PortMessage, `event.ports[0]` the port. Ask again after a port closed.
   */
  connect(service: ServiceName): void
  /** The path of a file that the reader dropped on the window; empty when it has none. */
  pathForFile(file: unknown): string
  /** Node's name for the operating system, such as `linux`. */
  readonly platform: string
}

/** What accompanies a port on its way into the page. */
export interface PortMessage {
  readonly hilum: 'port'
  readonly service: ServiceName
}

/** Channels between the preload script and the main process. Nothing else uses Electron's own IPC. */
export const CONNECT_CHANNEL = 'hilum:connect'
export const PORT_CHANNEL = 'hilum:port'
