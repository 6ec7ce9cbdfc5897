import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FALLBACK_FOLDER, findElectron } from '../electronBinary.ts'
import { run, SetupError, tail } from './step.mjs'
import type { Step } from './step.mjs'

/**
 * better-sqlite3's prebuilt addon asks for Node-API 10; the fallback Electron has 9, and what the addon needs of 10
 * as experimental. So the same source is compiled to ask for that, and kept beside that Electron: Node 24 goes on
 * using the prebuilt. The compiler is called directly, so neither Python nor make nor a header download is needed.
 */
export function sqliteAddon(root: string): Step {
  return {
    name: 'SQLite addon',
    state() {
      if (addonNeeded(root)) return null
      return isFallback(root) ? 'built for the fallback Electron' : 'the prebuilt one fits'
    },
    async act() {
      await build(root)
      return 'built for the fallback Electron'
    },
  }
}

/**
 * Where a module asks for the experimental version, Node runs its finalizers during garbage collection and ends the
 * process when one calls back into it, as this addon's do. So each is posted, to run after the collection.
 */
const SOURCE = `
#include <node_api.h>

extern "C" napi_status node_api_post_finalizer(napi_env, napi_finalize, void*, void*);

namespace posted {
struct Finalizer { napi_finalize run; void* hint; };

inline void run(napi_env env, void* data, void* given) {
  Finalizer finalizer = *static_cast<Finalizer*>(given);
  delete static_cast<Finalizer*>(given);
  finalizer.run(env, data, finalizer.hint);
}
inline void post(napi_env env, void* data, void* given) { node_api_post_finalizer(env, run, data, given); }

inline napi_status wrap(napi_env env, napi_value object, void* data, napi_finalize f, void* hint, napi_ref* result) {
  return f == nullptr ? napi_wrap(env, object, data, f, hint, result)
                      : napi_wrap(env, object, data, post, new Finalizer{f, hint}, result);
}
inline napi_status add(napi_env env, napi_value object, void* data, napi_finalize f, void* hint, napi_ref* result) {
  return napi_add_finalizer(env, object, data, post, new Finalizer{f, hint}, result);
}
inline napi_status external(napi_env env, void* data, napi_finalize f, void* hint, napi_value* result) {
  return f == nullptr ? napi_create_external(env, data, f, hint, result)
                      : napi_create_external(env, data, post, new Finalizer{f, hint}, result);
}
}

#define napi_wrap posted::wrap
#define napi_add_finalizer posted::add
#define napi_create_external posted::external
#include "better_sqlite3.cpp"
`
/** Part of the stamp: count it up when the way of building changes. */
const RECIPE = 3

/** Whether the addon has to be built: the fallback Electron is used, and no addon of this version is there. */
export function addonNeeded(root: string): boolean {
  const { stamp, addon } = places(root)
  return isFallback(root) && !(existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === recipe(root))
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

/** Names what the addon was built from and how. */
function recipe(root: string): string {
  const path = join(root, 'node_modules/better-sqlite3/package.json')
  return `${(JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version}-${RECIPE}`
}

async function build(root: string): Promise<void> {
  const { work, addon, stamp } = places(root)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const modules = join(root, 'node_modules')
  const source = join(modules, 'better-sqlite3')
  const common = ['-c', '-O2', '-fPIC', '-fvisibility=hidden', '-w', '-DNDEBUG']
  const includes = ['node-api-headers/include', 'node-addon-api', 'better-sqlite3/deps/sqlite3', 'better-sqlite3/src']
  const entry = join(work, 'addon.cpp')
  writeFileSync(entry, SOURCE)

  const sqlite = join(source, 'deps/sqlite3/sqlite3.c')
  await Promise.all([
    compile('gcc', [...common, ...sqliteDefines(source), sqlite, '-o', join(work, 'sqlite3.o')]),
    compile('g++', [
      ...common, '-std=c++20', '-fvisibility-inlines-hidden', ...includes.map((folder) => `-I${join(modules, folder)}`),
      '-DNAPI_EXPERIMENTAL', '-DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT', '-DNAPI_VERSION=2147483647',
      '-DNAPI_DISABLE_CPP_EXCEPTIONS', '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
      '-DBUILDING_NODE_EXTENSION', '-DNODE_GYP_MODULE_NAME=better_sqlite3',
      entry, '-o', join(work, 'addon.o'),
    ]),
  ])
  await compile('g++', [
    '-shared', '-Wl,-Bsymbolic', '-Wl,--exclude-libs,ALL', join(work, 'addon.o'), join(work, 'sqlite3.o'), '-ldl',
    '-o', join(work, 'better_sqlite3.node'),
  ])
  renameSync(join(work, 'better_sqlite3.node'), addon)
  writeFileSync(stamp, recipe(root))
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
  const problem = `The SQLite addon could not be built with ${compiler}:\n${tail(output)}`
  throw new SetupError(problem, 'Install gcc and g++ 11 or newer, then start again.')
}
