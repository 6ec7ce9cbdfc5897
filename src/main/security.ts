import { app } from 'electron'
import type { BrowserWindow, IpcMainEvent, Session, WebContents } from 'electron'
import { log } from './log.ts'
import { APP_ORIGIN } from './protocol.ts'

/** What the page itself may load: its own files and what it made in memory. */
const OWN_ADDRESSES = [`${APP_ORIGIN}/`, `blob:${APP_ORIGIN}/`, 'data:', ...(__DEV__ ? ['devtools://'] : [])]

/** Denies every permission, and every request that would leave the app. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const own = OWN_ADDRESSES.some((address) => url.startsWith(address))
    if (!own) log('main', `blocked a request to ${new URL(url).protocol}//…`)
    answer({ cancel: !own })
  })
}

/** No page of ours goes anywhere, opens a window or embeds another page. Covers every page, also of later windows. */
export function lockContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { preventDefault(): void }): void => event.preventDefault()
    contents.on('will-navigate', stay)
    contents.on('will-frame-navigate', stay)
    contents.on('will-redirect', stay)
    contents.on('will-attach-webview', stay)
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/** Whether a message comes from the page of one of our windows: its top frame, on our own origin. */
export function isOurPage(event: Pick<IpcMainEvent, 'sender' | 'senderFrame'>, windows: Iterable<BrowserWindow>): boolean {
  const { sender, senderFrame } = event
  return (
    [...windows].some((window) => contentsOf(window) === sender) &&
    senderFrame !== null &&
    senderFrame === sender.mainFrame &&
    senderFrame.origin === APP_ORIGIN
  )
}

function contentsOf(window: BrowserWindow): WebContents | null {
  return window.isDestroyed() ? null : window.webContents
}
