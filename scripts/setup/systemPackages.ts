import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { findElectron } from '../electronBinary.ts'
import { addonNeeded } from './sqliteAddon.ts'
import { run, SetupError, tail } from './step.mjs'
import type { Step } from './step.mjs'

/** What Electron links to, by the names of Debian 12; the second name is the newer releases'. */
const LIBRARY_PACKAGES = [
  ['libgtk-3-0', 'libgtk-3-0t64'],
  ['libasound2', 'libasound2t64'],
  ['libatk-bridge2.0-0', 'libatk-bridge2.0-0t64'],
  ['libcups2', 'libcups2t64'],
  ['libnss3'],
  ['libgbm1'],
  ['libxkbcommon0'],
  ['libxcomposite1'],
  ['libxdamage1'],
  ['libxrandr2'],
] as const

/** Libraries and programs of the system that the window and its tests need. Only on Linux. */
export function systemPackages(root: string): Step {
  return {
    name: 'system',
    state: () => (process.platform !== 'linux' || missing(root).length === 0 ? 'has what Electron needs' : null),
    async act() {
      const packages = missing(root)
      if (!onPath('apt-get')) {
        throw new SetupError(
          `This system lacks ${lacking(root)}.`,
          `Install what your distribution calls these Debian packages, then start again: ${packages.join(' ')}`,
        )
      }
      const names = packages.map(nameHere)
      const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`
      const mend = `Run this as root, then start again:\n  apt-get update && ${command}`
      const asRoot = rights()
      if (asRoot === null) throw new SetupError(`This system lacks ${lacking(root)}, and you may not install it.`, mend)
      const env = { DEBIAN_FRONTEND: 'noninteractive' }
      const [program = 'apt-get', ...before] = [...asRoot, 'apt-get']
      await run(program, [...before, 'update'], { env })
      const { output } = await run(program, [...before, ...command.split(' ').slice(1)], { env })
      if (missing(root).length > 0) throw new SetupError(`Installing ${names.join(' ')} failed:\n${tail(output)}`, mend)
      return `installed ${names.join(' ')}`
    },
  }
}

/** The Debian packages to install, by their oldest name. Empty when nothing is missing. */
function missing(root: string): string[] {
  const packages: string[] = []
  if (missingLibraries(root).length > 0) packages.push(...LIBRARY_PACKAGES.map(([name]) => name))
  if (!onPath('Xvfb')) packages.push('xvfb')
  if (addonNeeded(root) && !onPath('g++')) packages.push('g++')
  return packages
}

/** What is missing, in words for an error: the libraries themselves, and the programs. */
function lacking(root: string): string {
  const programs = missing(root).filter((name) => name === 'xvfb' || name === 'g++')
  return [...missingLibraries(root), ...programs].join(', ')
}

/** Shared libraries that the Electron binary links to and the loader does not find. */
function missingLibraries(root: string): string[] {
  const electron = findElectron(root)
  if (electron === null) return []
  const { stdout } = spawnSync('ldd', [electron.path], {
    encoding: 'utf8',
    env: { ...process.env, LD_LIBRARY_PATH: dirname(electron.path) },
  })
  return [...(stdout ?? '').matchAll(/^\s*(\S+) => not found$/gm)].map(([, library]) => library!)
}

/** The first of a package's names that this release knows. */
function nameHere(name: string): string {
  const names: readonly string[] = LIBRARY_PACKAGES.find(([first]) => first === name) ?? [name]
  const known = (candidate: string): boolean => spawnSync('apt-cache', ['show', candidate]).status === 0
  return [...names].reverse().find(known) ?? name
}

/** What to put before a command to run it as root: nothing, sudo, or null when there is no way. */
function rights(): readonly string[] | null {
  if (process.getuid?.() === 0) return []
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : null
}

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}
