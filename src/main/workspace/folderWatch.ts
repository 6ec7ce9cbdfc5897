import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { dicomContract } from '../../shared/contracts/dicom.ts'
import type { mainContract, WatchState } from '../../shared/contracts/main.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import type { Handlers } from '../../shared/rpc/serve.ts'
import { getSetting, setSetting } from '../database/settings.ts'
import { importPaths } from './importing.ts'
import { now } from './now.ts'
import { StableFiles, type SeenFile } from './stableFiles.ts'
import type { Workspace } from './workspace.ts'

export interface FolderWatchOptions {
  readonly workspace: Pick<Workspace, 'connection' | 'refresh'>
  readonly dicom: Pick<Client<typeof dicomContract>, 'call'>
  /** Time between two looks, ms. Looking works on every disk and share; being told by the system does not. */
  readonly everyMs?: number
  /** How long a file must stay as it is before it is read, ms. */
  readonly settleMs?: number
  /** Called after an import that brought something. */
  readonly onImported?: (newFilms: number) => void
}

const FOLDER = 'watch.folder'
const MOST_FILES = 100_000
const MOST_DEPTH = 16
const BATCH = 1000

/**
 * Imports what is put into a folder, for as long as it is switched on. Off until the reader chooses a folder; the
 * choice is kept with the workspace. Files are left where they are.
 */
export class FolderWatch {
  readonly #options: FolderWatchOptions
  #ending = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #state: WatchState = { folder: null, lookedAt: null, newFilms: 0, problem: null }

  constructor(options: FolderWatchOptions) {
    this.#options = options
  }

  get state(): WatchState {
    return this.#state
  }

  /** Goes on watching the folder that was chosen earlier, if there is one. */
  resume(): void {
    const folder = getSetting(this.#options.workspace.connection, FOLDER)
    if (folder !== null && folder !== '') this.#begin(folder)
  }

  /** Watches a folder from now on, or none. */
  async choose(folder: string | null): Promise<void> {
    await this.stop()
    setSetting(this.#options.workspace.connection, FOLDER, folder ?? '')
    this.#state = { folder, lookedAt: null, newFilms: 0, problem: null }
    if (folder !== null) this.#begin(folder)
  }

  /** Stops watching and waits for the import under way, which is cancelled. The choice is kept. */
  async stop(): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  #begin(folder: string): void {
    this.#ending = new AbortController()
    this.#state = { folder, lookedAt: null, newFilms: 0, problem: null }
    this.#running = this.#watch(folder, this.#ending.signal)
  }

  async #watch(folder: string, signal: AbortSignal): Promise<void> {
    const { everyMs = 3000, settleMs = 5000 } = this.#options
    const files = new StableFiles(settleMs)
    while (!signal.aborted) {
      try {
        const ready = files.look(await filesBelow(folder, signal), Date.now())
        for (let at = 0; at < ready.length && !signal.aborted; at += BATCH) {
          await this.#import(ready.slice(at, at + BATCH), signal)
        }
        this.#state = { ...this.#state, lookedAt: now(), problem: null }
      } catch (error) {
        if (signal.aborted) return
        const problem = error instanceof Error ? error.message : String(error)
        this.#state = { ...this.#state, lookedAt: now(), problem }
      }
      await pause(everyMs, signal)
    }
  }

  async #import(paths: readonly string[], signal: AbortSignal): Promise<void> {
    const { workspace: { connection, refresh }, dicom, onImported } = this.#options
    const { newFilms } = await importPaths(paths, { connection, dicom, signal, onFiled: refresh })
    if (newFilms === 0) return
    this.#state = { ...this.#state, newFilms: this.#state.newFilms + newFilms }
    onImported?.(newFilms)
  }
}

type WatchHandlers = Pick<Handlers<typeof mainContract>, 'watch.state' | 'watch.choose'>

/** Answers what the window asks about the watched folder. */
export function createWatchHandlers(watch: FolderWatch): WatchHandlers {
  return {
    'watch.state': () => watch.state,
    'watch.choose': async ({ folder }) => {
      await watch.choose(folder)
      return watch.state
    },
  }
}

/** Every plain file below a folder; links are not followed. */
async function filesBelow(folder: string, signal: AbortSignal): Promise<readonly SeenFile[]> {
  const found: SeenFile[] = []
  const visit = async (dir: string, depth: number): Promise<void> => {
    for (const entry of await readdir(dir, { withFileTypes: true })) {
      if (signal.aborted || found.length >= MOST_FILES) return
      const path = join(dir, entry.name)
      if (entry.isDirectory() && depth < MOST_DEPTH) await visit(path, depth + 1)
      if (!entry.isFile()) continue
      const status = await lstat(path).catch(() => null) // taken away meanwhile
      if (status !== null) found.push({ path, size: status.size, changedMs: status.mtimeMs })
    }
  }
  try {
    await visit(folder, 0)
  } catch (cause) {
    throw new HilumError('unavailable', `The watched folder ${folder} cannot be read.`, {
      mend: 'Check that it is there and that its disk is connected.', cause,
    })
  }
  return found
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
