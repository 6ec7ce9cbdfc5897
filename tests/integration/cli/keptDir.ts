import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder for all tests of a file, gone after the last. */
export function keptDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'hilum-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
