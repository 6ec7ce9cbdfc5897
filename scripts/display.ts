import { spawn } from 'node:child_process'

/** A screen to draw on: its name for DISPLAY, and how to take it away. */
export interface Display {
  readonly name: string
  dispose(): void
}

/** Large enough for the largest window that is tested. */
const SCREEN = '2560x1440x24'

/** True where a window has no screen to open on. */
export function isHeadless(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  return process.platform === 'linux' && (DISPLAY ?? '') === '' && (WAYLAND_DISPLAY ?? '') === ''
}

/** Starts Xvfb on a free display number and waits until it takes connections. It ends with this process. */
export function startXvfb(): Promise<Display> {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const dispose = (): void => void child.kill()
  process.once('exit', dispose)
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`Xvfb could not be started: ${error.message}`)))
    child.once('exit', (code) => reject(new Error(`Xvfb ended at once with code ${code}.`)))
    let written = ''
    child.stdio[3]!.on('data', (chunk: Buffer) => {
      written += chunk.toString()
      if (written.includes('\n')) resolve({ name: `:${written.trim()}`, dispose })
    })
  })
}
