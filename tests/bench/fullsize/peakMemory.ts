import { readFileSync } from 'node:fs'

/** The most memory a process has had resident, in GB; null where the system does not tell. */
export function peakMemory(pid: number | undefined): number | null {
  try {
    const kib = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]
    return kib === undefined ? null : (Number(kib) * 1024) / 1e9
  } catch {
    return null
  }
}
