import electron, { BrowserWindow, clipboard, dialog, nativeImage } from 'electron'
import type { NativeImage, OpenDialogOptions } from 'electron'
import { HilumError } from '../shared/errors.ts'
import type { Dialogs } from './services.ts'

/** The system's own dialogs, over the window in front. Each resolves to null when the reader cancels. */
export const systemDialogs: Dialogs = {
  chooseFiles: () => open({ title: 'Import films', properties: ['openFile', 'multiSelections'] }),
  chooseFolder: () => open({ title: 'Import a folder of films', properties: ['openDirectory'] }),
  async chooseCheckpoint() {
    const chosen = await open({ title: 'Choose a folder with a MAIRA-2 checkpoint', properties: ['openDirectory'] })
    return chosen?.[0] ?? null
  },
  async chooseDictionary(what) {
    const [title, name, extensions] = what === 'weights'
      ? ['Choose the weights of a dictionary', 'Weights', ['safetensors', 'pt', 'pth', 'bin']]
      : ['Choose a table of interpretations', 'Tables', ['csv', 'tsv', 'json', 'jsonl', 'ndjson', 'parquet']]
    const chosen = await open({ title, properties: ['openFile'], filters: [{ name, extensions }] })
    return chosen?.[0] ?? null
  },
  async saveAs(suggestedName) {
    const window = inFront()
    const options = { title: 'Export', defaultPath: suggestedName }
    const asked = window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options)
    const { canceled, filePath } = await asked
    return canceled || filePath === '' ? null : filePath
  },
  async picture(area) {
    const taken = await inFront()?.webContents.capturePage(area)
    if (taken === undefined || taken.isEmpty()) {
      throw new HilumError('unavailable', 'There is no window to take a picture of.')
    }
    return Uint8Array.from(taken.toPNG())
  },
  copyPicture,
}

/** Newer Electrons have the web's clipboard and no `writeImage`; the fallback for development has that alone. */
async function copyPicture(png: Uint8Array<ArrayBuffer>): Promise<void> {
  const older = clipboard as unknown as { writeImage?(image: NativeImage): void }
  if (older.writeImage !== undefined) older.writeImage(nativeImage.createFromBuffer(Buffer.from(png)))
  else await clipboard.write([new electron.ClipboardItem({ 'image/png': new Blob([png], { type: 'image/png' }) })])
}

async function open(options: OpenDialogOptions): Promise<readonly string[] | null> {
  const window = inFront()
  const asked = window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options)
  const { canceled, filePaths } = await asked
  return canceled || filePaths.length === 0 ? null : filePaths
}

function inFront(): BrowserWindow | undefined {
  return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
}
