import { spawn } from 'node:child_process'
import { join } from 'node:path'

const entry = join(import.meta.dirname, '../../../src/cli/hilum.ts')

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command line as a user does, in a process of its own. */
export function hilum(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [entry, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (data: string) => (stdout += data))
  child.stderr.setEncoding('utf8').on('data', (data: string) => (stderr += data))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, stdout, stderr }))
  })
}

/** Runs a verb with --json and reads the one object it prints. */
export async function hilumJson<T = Record<string, unknown>>(
  args: readonly string[], env: Readonly<Record<string, string>> = {},
): Promise<Ran & { readonly json: T & { readonly ok: boolean } }> {
  const ran = await hilum([...args, '--json'], env)
  try {
    return { ...ran, json: JSON.parse(ran.stdout) as T & { ok: boolean } }
  } catch {
    throw new Error(`hilum ${args.join(' ')} printed no JSON object (status ${ran.status}):\n${ran.stdout}\n${ran.stderr}`)
  }
}
