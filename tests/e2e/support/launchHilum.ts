import { _electron, test } from '@playwright/test'
import type { ElectronApplication, Page } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { electronBinary } from '../../../scripts/electronBinary.ts'

/** The folder of package.json. */
export const ROOT = join(import.meta.dirname, '../../..')

/** Starting takes seconds; on a machine that is busy with other work it has taken half a minute. */
const LAUNCH_MS = 60_000
/**
 * On a busy machine Playwright now and then misses the first lines or the first window of an Electron that runs, and
 * waits for ever (microsoft/playwright issues 9351, 13297, 17765). The app is not at fault: it is started once more.
 */
const TRIES = 2

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

type LaunchArguments = NonNullable<Parameters<typeof _electron.launch>[0]>

/** An Electron that Playwright holds on to, and its first window. */
async function attached(options: LaunchArguments, tries: number): Promise<Pick<Launched, 'app' | 'page' | 'log'>> {
  let app: ElectronApplication | null = null
  try {
    app = await _electron.launch(options)
    let written = ''
    app.process().stdout?.on('data', (chunk: Buffer) => (written += chunk.toString()))
    app.process().stderr?.on('data', (chunk: Buffer) => (written += chunk.toString()))
    return { app, page: await app.firstWindow({ timeout: LAUNCH_MS }), log: () => written }
  } catch (error) {
    app?.process().kill('SIGKILL')
    if (tries <= 1 || !String(error).includes('Timeout')) throw error
    console.log(`Playwright lost sight of the app while it started; starting it again. ${String(error).split('\n')[0]}`)
    return attached(options, tries - 1)
  }
}

/** Starts the built app in the Electron that set-up installed and waits for its page. */
export async function launchHilum({ workspace, args = [], env = {} }: LaunchOptions = {}): Promise<Launched> {
  test.setTimeout(Math.max(test.info().timeout, TRIES * LAUNCH_MS + 30_000))
  const folder = workspace ?? mkdtempSync(join(tmpdir(), 'hilum-e2e-'))
  const electron = electronBinary(ROOT)
  const asRoot = process.getuid?.() === 0
  const { ELECTRON_RUN_AS_NODE: _, NODE_OPTIONS: __, ...inherited } = process.env
  const { app, page, log } = await attached({
    timeout: LAUNCH_MS,
    executablePath: electron.path,
    cwd: ROOT,
    args: [...(asRoot ? ['--no-sandbox'] : []), ...electron.appArgs, '--workspace', folder, ...args],
    env: { ...(inherited as Record<string, string>), ...env },
  }, TRIES)
  await page.waitForLoadState('load')
  return {
    app,
    page,
    workspace: folder,
    log,
    async close() {
      await app.close()
      if (workspace === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}
