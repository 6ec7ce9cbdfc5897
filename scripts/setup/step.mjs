import { spawn } from 'node:child_process'

/**
 * @typedef {object} Step
 * @property {string} name  what it brings, in two or three words
 * @property {() => string | null} state  what is there already, or null when there is work to do
 * @property {() => Promise<string>} act  does the work and says what it brought; throws a SetupError
 */

/** A step that failed, and what the person at the keyboard can do about it. */
export class SetupError extends Error {
  /** @param {string} message @param {string} mend */
  constructor(message, mend) {
    super(message)
    this.mend = mend
  }
}

/**
 * Runs steps in order, one line each on stderr (stdout belongs to the command that comes after). Ends the process
 * with the mend at the first step that fails.
 * @param {readonly Step[]} steps
 * @param {{ quiet: boolean }} options quiet: say nothing about a step that had nothing to do
 */
export async function runSteps(steps, { quiet }) {
  for (const { name, state, act } of steps) {
    const there = state()
    if (there !== null) {
      if (!quiet) process.stderr.write(`set-up  ${name}: ${there}\n`)
      continue
    }
    process.stderr.write(`set-up  ${name}: … `)
    try {
      process.stderr.write(`${await act()}\n`)
    } catch (error) {
      const mend = error instanceof SetupError ? error.mend : 'This is a defect in the set-up: please report it.'
      process.stderr.write(`failed\n\n${error instanceof Error ? error.message : String(error)}\n\n${mend}\n`)
      process.exit(1)
    }
  }
}

/**
 * Runs a program without a terminal and gives back its exit code and everything it wrote.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, timeoutMs?: number }} [options]
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export function run(program, args, { cwd, env, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ code: null, output: output + error.message }))
    child.on('close', (code) => resolve({ code, output }))
  })
}

/**
 * The last lines of a program's output, for an error message.
 * @param {string} output
 */
export function tail(output, lines = 12) {
  return output.trimEnd().split('\n').slice(-lines).join('\n')
}
