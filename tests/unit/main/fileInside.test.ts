import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileInside } from '../../../src/main/fileInside.ts'

let folder: string
let served: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hilum-served-'))
  served = join(folder, 'renderer')
  mkdirSync(join(served, 'assets'), { recursive: true })
  mkdirSync(join(folder, 'renderer-secret'))
  for (const path of ['renderer/index.html', 'renderer/assets/a b.js', 'renderer-secret/key', 'secret']) {
    writeFileSync(join(folder, path), path)
  }
  symlinkSync(join(folder, 'secret'), join(served, 'link'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a file inside a folder', () => {
  it.each(['/index.html', '/assets/a%20b.js', '/assets/../index.html'])('is found at %s', async (path) => {
    expect(await fileInside(served, path)).toMatch(/renderer\/(index\.html|assets\/a b\.js)$/)
  })

  it.each([
    '/../secret', '/..%2fsecret', '/%2e%2e/secret', '/assets/..%2f..%2fsecret', '/../renderer-secret/key', '/link',
    '/%00', '/index.html%00', '/%zz', '/', '', '/assets', '/missing.js', '//etc/passwd',
  ])('is never found at %s', async (path) => {
    expect(await fileInside(served, path)).toBeNull()
  })
})
