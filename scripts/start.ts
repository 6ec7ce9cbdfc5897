/**
 * `npm start [-- ARGS]`: builds what changed and opens the window with ARGS. With `--dev` (`npm run dev`) it has the
 * developer tools, and builds and opens anew whenever a source changes.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { watch } from 'node:fs'
import { join } from 'node:path'
import { buildIfStale } from './build.ts'
import { isHeadless, startXvfb } from './display.ts'
import { electronBinary } from './electronBinary.ts'

const root = join(import.meta.dirname, '..')
const dev = process.argv.includes('--dev')
const appArgs = process.argv.slice(2).filter((arg) => arg !== '--dev')
const SETTLE_MS = 300

function say(text: string): void {
  process.stderr.write(`hilum   ${text}\n`)
}

function build(): boolean {
  const { ok, built } = buildIfStale(root, dev ? 'development' : 'production')
  if (built) say(ok ? 'built' : 'the build failed')
  return ok
}

async function screen(): Promise<NodeJS.ProcessEnv> {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env // some editors' terminals set it; Electron would be Node
  if (!isHeadless()) return env
  const display = await startXvfb()
  say(`no display here: started Xvfb on ${display.name}; the window is open there`)
  return { ...env, DISPLAY: display.name }
}

function open(env: NodeJS.ProcessEnv): ChildProcess {
  const electron = electronBinary(root)
  const asRoot = process.getuid?.() === 0
  if (asRoot) say('running as root: Chromium has no sandbox for root, so it is off; use an ordinary account for real work')
  const args = [...(asRoot ? ['--no-sandbox'] : []), ...electron.appArgs, ...appArgs]
  return spawn(electron.path, args, { env, stdio: 'inherit' })
}

if (!build()) process.exit(1)
const env = await screen()
let app = open(env)
let reopening = false

function exitWith(app: ChildProcess): void {
  app.once('exit', (code, signal) => {
    if (!reopening) process.exit(code ?? (signal === null ? 1 : 0))
  })
}
exitWith(app)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.kill(signal))

if (dev) {
  let timer: NodeJS.Timeout | undefined
  watch(join(root, 'src'), { recursive: true }, () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (reopening || !build()) return
      reopening = true
      app.once('exit', () => {
        reopening = false
        app = open(env)
        exitWith(app)
      })
      app.kill()
    }, SETTLE_MS)
  })
  say('watching src; the window opens anew after each change')
}
