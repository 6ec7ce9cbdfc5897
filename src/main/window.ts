import { BrowserWindow } from 'electron'
import type { Session } from 'electron'
import { log } from './log.ts'
import { APP_PAGE } from './protocol.ts'

/** Smaller than this the two films no longer fit beside the findings. */
const SMALLEST = { minWidth: 1024, minHeight: 700 }
/** The reading room's ground, shown until the page has drawn. */
const GROUND = '#0b0d10'
/** A page that crashes more often than this within the window stays down. */
const MOST_CRASHES = 3
const CRASH_WINDOW_MS = 60_000

/** Opens the window on the app's page. A page that crashes is loaded again; nothing of value lives in it. */
export function openWindow(options: {
  readonly session: Session
  readonly preload: string
  readonly width: number
  readonly height: number
}): BrowserWindow {
  const { session, preload, width, height } = options
  const window = new BrowserWindow({
    ...SMALLEST,
    width,
    height,
    show: false,
    title: 'Hilum',
    backgroundColor: GROUND,
    autoHideMenuBar: true,
    webPreferences: {
      session,
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false, // it would download dictionaries
      devTools: __DEV__,
    },
  })
  window.once('ready-to-show', () => window.show())
  reloadAfterCrash(window)
  void window.loadURL(APP_PAGE)
  if (__DEV__) window.webContents.openDevTools({ mode: 'detach' })
  return window
}

function reloadAfterCrash(window: BrowserWindow): void {
  let crashes: readonly number[] = []
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    log('main', `the page is gone: ${reason}, code ${exitCode}`)
    crashes = [...crashes.filter((time) => Date.now() - time < CRASH_WINDOW_MS), Date.now()]
    if (crashes.length <= MOST_CRASHES) void window.loadURL(APP_PAGE)
  })
}
