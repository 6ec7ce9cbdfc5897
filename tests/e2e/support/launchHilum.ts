import { _electron } from '@playwright/test'
import type { ElectronApplication, Page } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { electronBinary } from '../../../scripts/electronBinary.ts'

/** The folder of package.json. */
export const ROOT = join(import.meta.dirname, '../../..')

/** Starting takes seconds; on a machine that is busy with other work it has taken half a minute. */
const LAUNCH_MS = 120_000

export interface Launched {
  readonly app: ElectronApplication
  readonly page: Page
  readonly workspace: string
  /** Everything that the app wrote to stdout and stderr so far. */
  log(): string
  /** Closes the app as a reader would, and deletes the workspace when it was made for this launch. */
  close(): Promise<void>
}

export interface LaunchOptions {
  /** The workspace folder; left out, a new empty one that is deleted at the end. */
  readonly workspace?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Starts the built app in the Electron that set-up installed and waits for its page. */
export async function launchHilum({ workspace, args = [], env = {} }: LaunchOptions = {}): Promise<Launched> {
  const folder = workspace ?? mkdtempSync(join(tmpdir(), 'hilum-e2e-'))
  const electron = electronBinary(ROOT)
  const asRoot = process.getuid?.() === 0
  const { ELECTRON_RUN_AS_NODE: _, NODE_OPTIONS: __, ...inherited } = process.env
  const app = await _electron.launch({
    timeout: LAUNCH_MS,
    executablePath: electron.path,
    cwd: ROOT,
    args: [...(asRoot ? ['--no-sandbox'] : []), ...electron.appArgs, '--workspace', folder, ...args],
    env: { ...(inherited as Record<string, string>), ...env },
  })
  let written = ''
  app.process().stdout?.on('data', (chunk: Buffer) => (written += chunk.toString()))
  app.process().stderr?.on('data', (chunk: Buffer) => (written += chunk.toString()))
  const page = await app.firstWindow({ timeout: LAUNCH_MS })
  await page.waitForLoadState('load')
  return {
    app,
    page,
    workspace: folder,
    log: () => written,
    async close() {
      await app.close()
      if (workspace === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}
