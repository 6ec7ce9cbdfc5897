import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FALLBACK_FOLDER, findElectron } from '../electronBinary.ts'
import { run, SetupError, tail } from './step.mjs'
import type { Step } from './step.mjs'

/**
 * better-sqlite3's prebuilt addon wants Node-API 10; the fallback Electron has 9. Only there the same source is
 * compiled with the newer calls declared experimental, and kept beside that Electron: Node 24 goes on using the
 * prebuilt. The compiler is called directly, so neither Python nor make nor a header download is needed.
 */
export function sqliteAddon(root: string): Step {
  return {
    name: 'SQLite addon',
    state: () => (addonNeeded(root) ? null : isFallback(root) ? 'built for the fallback Electron' : 'the prebuilt one fits'),
    async act() {
      await build(root)
      return 'built for the fallback Electron'
    },
  }
}

/** Whether the addon has to be built: the fallback Electron is used, and no addon of this version is there. */
export function addonNeeded(root: string): boolean {
  const { stamp, addon } = places(root)
  return isFallback(root) && !(existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === version(root))
}

function isFallback(root: string): boolean {
  return findElectron(root)?.fallback === true
}

function places(root: string): { work: string; addon: string; stamp: string } {
  const folder = join(root, FALLBACK_FOLDER)
  return {
    work: join(folder, 'sqlite'),
    addon: join(folder, 'better_sqlite3.node'),
    stamp: join(folder, 'better_sqlite3.version'),
  }
}

function version(root: string): string {
  const path = join(root, 'node_modules/better-sqlite3/package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

async function build(root: string): Promise<void> {
  const { work, addon, stamp } = places(root)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const modules = join(root, 'node_modules')
  const source = join(modules, 'better-sqlite3')
  const common = ['-c', '-O2', '-fPIC', '-fvisibility=hidden', '-w', '-DNDEBUG']
  const includes = [join(modules, 'node-api-headers/include'), join(modules, 'node-addon-api'), join(source, 'deps/sqlite3')]

  await Promise.all([
    compile('gcc', [...common, ...sqliteDefines(source), join(source, 'deps/sqlite3/sqlite3.c'), '-o', join(work, 'sqlite3.o')]),
    compile('g++', [
      ...common, '-std=c++20', '-fvisibility-inlines-hidden', ...includes.map((folder) => `-I${folder}`),
      '-DNAPI_EXPERIMENTAL', '-DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT', '-DNAPI_VERSION=2147483647',
      '-DNAPI_DISABLE_CPP_EXCEPTIONS', '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
      '-DBUILDING_NODE_EXTENSION', '-DNODE_GYP_MODULE_NAME=better_sqlite3',
      join(source, 'src/better_sqlite3.cpp'), '-o', join(work, 'addon.o'),
    ]),
  ])
  await compile('g++', [
    '-shared', '-Wl,-Bsymbolic', '-Wl,--exclude-libs,ALL', join(work, 'addon.o'), join(work, 'sqlite3.o'), '-ldl',
    '-o', join(work, 'better_sqlite3.node'),
  ])
  renameSync(join(work, 'better_sqlite3.node'), addon)
  writeFileSync(stamp, version(root))
  rmSync(work, { recursive: true, force: true })
}

/** The compile-time options that better-sqlite3 builds SQLite with, from its own list. */
function sqliteDefines(source: string): string[] {
  const list = readFileSync(join(source, 'deps/defines.gypi'), 'utf8')
  return [...list.matchAll(/^\s*'([A-Z][A-Z0-9_]*(?:=[^']*)?)',$/gm)].map(([, define]) => `-D${define}`)
}

async function compile(compiler: string, args: readonly string[]): Promise<void> {
  const { code, output } = await run(compiler, args)
  if (code === 0) return
  throw new SetupError(`The SQLite addon could not be built with ${compiler}:\n${tail(output)}`, 'Install gcc and g++ 11 or newer.')
}
