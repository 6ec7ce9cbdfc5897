import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder that a compilation writes into before it has its name. */
export interface Staging {
  readonly path: string
  /** Removes it, unless it was moved to its name. */
  dispose(): Promise<void>
  /** Leaves it, with what is finished in it, to the next compilation of the same. */
  leave(): void
}

/** Folders that this process writes into. Another process's are known by the process id in their names. */
const ours = new Set<string>()

/**
 * A folder for the compilation `hash` that nobody else writes into. What a killed process left of the same
 * compilation is taken over, with the parts it had finished.
 */
export async function ownedStaging(parent: string, hash: string): Promise<Staging> {
  const path = join(parent, `${hash}.partial-${process.pid}-${randomUUID()}`)
  ours.add(path)
  if (!(await takeOver(parent, hash, path))) await mkdir(path)
  return {
    path,
    async dispose() {
      await rm(path, { recursive: true, force: true })
      ours.delete(path)
    },
    leave: () => void ours.delete(path),
  }
}

/** A compilation that nobody is working on any more. */
export interface Abandoned {
  readonly path: string
  readonly hash: string
}

/** What killed processes left in a folder of models. */
export async function abandonedStagings(parent: string): Promise<readonly Abandoned[]> {
  const names = await readdir(parent).catch(() => [])
  return names.flatMap((name) => {
    const [, hash, pid] = /^([0-9a-f]{64})\.partial-(\d+)-/.exec(name) ?? []
    const path = join(parent, name)
    if (hash === undefined || ours.has(path)) return []
    // Our own number in the name of a folder that is not ours: an earlier process had it.
    const busy = Number(pid) !== process.pid && isRunning(Number(pid))
    return busy ? [] : [{ path, hash }]
  })
}

async function takeOver(parent: string, hash: string, path: string): Promise<boolean> {
  let taken = false
  for (const left of await abandonedStagings(parent)) {
    if (left.hash !== hash) continue
    if (taken) await rm(left.path, { recursive: true, force: true })
    else taken = await rename(left.path, path).then(() => true, () => false) // another process was quicker
  }
  return taken
}

/** Whether a process of this id lives on this machine. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
