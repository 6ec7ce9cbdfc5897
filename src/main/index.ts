import { app, BrowserWindow, Menu, session as sessions } from 'electron'
import { join } from 'node:path'
import { computeContract } from '../shared/contracts/compute.ts'
import { dicomContract } from '../shared/contracts/dicom.ts'
import { mainContract } from '../shared/contracts/main.ts'
import { modelsContract } from '../shared/contracts/models.ts'
import { pacsContract } from '../shared/contracts/pacs.ts'
import { electronPort } from '../shared/rpc/ports.ts'
import { serve } from '../shared/rpc/serve.ts'
import { readAppArgs } from './appArgs.ts'
import { systemDialogs } from './dialogs.ts'
import { introduceServices } from './introductions.ts'
import { log } from './log.ts'
import { createService } from './processes/service.ts'
import { startUtilityProcess } from './processes/utilityProcess.ts'
import { registerAppScheme, serveApp } from './protocol.ts'
import { lockContents, lockSession } from './security.ts'
import { startServices } from './services.ts'
import { sqliteAddon } from './sqliteAddon.ts'
import { openWindow } from './window.ts'

// This file is built to out/main/index.js, the other entries beside it.
const out = join(import.meta.dirname, '..')
const root = join(out, '..')

const args = readAppArgs(process.argv, process.env, process.cwd())
const resources = args.resources ?? join(app.isPackaged ? process.resourcesPath : root, 'resources')
// A workspace of its own has a window state and a lock of its own: two windows never share one database.
if (args.workspace !== null) app.setPath('userData', join(args.workspace, 'window'))

registerAppScheme()
lockContents()
// Every page in the sandbox, whatever its window asks for. Chromium has none for root (start.ts says so there).
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  void app.whenReady().then(open)
} else {
  log('main', 'Hilum is already open on this workspace: its window comes to the front.')
  app.quit()
}

function open(): void {
  const session = sessions.defaultSession
  lockSession(session)
  serveApp(session, join(out, 'renderer'))
  // Without a menu macOS has no copy and paste; elsewhere it only takes room.
  const menu = Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }])
  Menu.setApplicationMenu(process.platform === 'darwin' ? menu : null)

  const compute = createService({
    name: 'compute',
    contract: computeContract,
    start: () => startUtilityProcess('compute', join(out, 'main/compute.js')),
  })
  const dicom = createService({
    name: 'dicom',
    contract: dicomContract,
    start: () => startUtilityProcess('dicom', join(out, 'main/dicom.js')),
  })
  const models = createService({
    name: 'models',
    contract: modelsContract,
    start: () => startUtilityProcess('models', join(out, 'main/models.js')),
  })
  const pacs = createService({
    name: 'pacs',
    contract: pacsContract,
    start: () => startUtilityProcess('pacs', join(out, 'main/pacs.js')),
  })
  const services = startServices({
    version: app.getVersion(),
    workspace: args.workspace ?? join(app.getPath('userData'), 'workspace'),
    resources,
    sqliteAddon: sqliteAddon(root),
    dicom,
    compute,
    models,
    pacs,
    dialogs: systemDialogs,
  })
  introduceServices({
    main: (port) => {
      serve(electronPort(port), mainContract, services.handlers, { onError: logFailure })
    },
    compute: async (port) => (await compute.process()).introduce(port),
    dicom: async (port) => (await dicom.process()).introduce(port),
  })
  openWindow({ session, preload: join(out, 'preload/index.cjs'), width: args.width, height: args.height })

  app.on('window-all-closed', () => app.quit())
  let stopping = false
  app.on('will-quit', (event) => {
    if (stopping) return
    stopping = true
    event.preventDefault()
    // Not at once: while this event is being emitted Electron ignores another quit.
    const ended = [services.stop(), compute.stop(), dicom.stop(), models.stop(), pacs.stop()]
    void Promise.allSettled(ended).then(() => setImmediate(() => app.quit()))
  })
}

function logFailure(method: string, thrown: unknown): void {
  log('main', `${method} failed: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`)
}
