import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** An Electron that can be started, and how it finds the app. */
export interface ElectronBinary {
  readonly path: string
  readonly version: string
  /** What comes first on its command line: the app's folder, or nothing where the app is linked into the binary's. */
  readonly appArgs: readonly string[]
  /** True for the older Electron that development falls back to where GitHub is out of reach. */
  readonly fallback: boolean
}

/** Where the fallback Electron and what is built for it are kept. Git ignores it. */
export const FALLBACK_FOLDER = '.electron'
export const FALLBACK_VERSION = '33.2.1'

/** The Electron of package.json when it is installed, else the fallback, else null. */
export function findElectron(root: string): ElectronBinary | null {
  return currentElectron(root) ?? fallbackElectron(root)
}

/** @throws Error with the mend when there is none. */
export function electronBinary(root: string): ElectronBinary {
  const found = findElectron(root)
  if (found === null) throw new Error('There is no Electron yet: run `npm start` or `npm test`, which install it.')
  return found
}

function currentElectron(root: string): ElectronBinary | null {
  const folder = join(root, 'node_modules/electron')
  const wanted = versionIn(join(folder, 'package.json'))
  const versionFile = join(folder, 'dist/version')
  const pathFile = join(folder, 'path.txt')
  if (wanted === null || !existsSync(versionFile) || !existsSync(pathFile)) return null
  if (readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') !== wanted) return null
  const path = join(folder, 'dist', readFileSync(pathFile, 'utf8'))
  return existsSync(path) ? { path, version: wanted, appArgs: [root], fallback: false } : null
}

function fallbackElectron(root: string): ElectronBinary | null {
  const path = join(root, FALLBACK_FOLDER, 'dist/electron')
  return existsSync(path) ? { path, version: FALLBACK_VERSION, appArgs: [], fallback: true } : null
}

function versionIn(packageJson: string): string | null {
  return existsSync(packageJson) ? (JSON.parse(readFileSync(packageJson, 'utf8')) as { version: string }).version : null
}
