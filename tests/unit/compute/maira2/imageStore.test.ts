import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ImageStore } from '../../../../src/compute/maira2/imageStore.ts'

const LONG = 1000

describe('image tokens on disk', () => {
  let folder = ''
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'hilum-images-'))))
  afterEach(() => rm(folder, { recursive: true, force: true }))
  const tokens = (first: number): Float32Array => Float32Array.from({ length: 100 }, (_, i) => first + i / 7)

  it('are there again, to the last bit, for whoever opens the folder next', async () => {
    await new ImageStore(folder, 1e6).put('film', tokens(1), LONG)
    expect(await new ImageStore(folder, 1e6).get('film')).toEqual(tokens(1))
    expect(await new ImageStore(folder, 1e6).get('other')).toBeNull()
  })

  it('are not stored when computing them is as fast as reading them', async () => {
    const store = new ImageStore(folder, 1e6)
    await store.put('film', tokens(1), 0.001)
    expect(await store.get('film')).toBeNull()
  })

  it.each([
    ['altered', (bytes: Buffer) => bytes.fill(9, 60, 64)],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 50)],
    ['empty', () => Buffer.alloc(0)],
  ])('count as absent when the file is %s', async (_how, damage) => {
    const store = new ImageStore(folder, 1e6)
    await store.put('film', tokens(1), LONG)
    const [name] = await readdir(folder)
    const path = join(folder, name!)
    await writeFile(path, damage(await readFile(path)))
    expect(await store.get('film')).toBeNull()
    await store.put('film', tokens(2), LONG)
    expect(await store.get('film')).toEqual(tokens(2))
  })

  it('stay within their bytes: those used longest ago go', async () => {
    const store = new ImageStore(folder, 1000)
    await store.put('a', tokens(1), LONG)
    await store.put('b', tokens(2), LONG)
    for (const name of await readdir(folder)) await utimes(join(folder, name), 1, 1)
    expect(await store.get('a')).toEqual(tokens(1)) // and is now the newer one
    await store.put('c', tokens(3), LONG)
    expect([await store.get('a'), await store.get('b'), await store.get('c')]).toEqual([tokens(1), null, tokens(3)])
  })

  it('cost only time where the disk does not take them', async () => {
    await writeFile(join(folder, 'file'), '')
    const store = new ImageStore(join(folder, 'file', 'inside'), 1e6)
    await store.put('film', tokens(1), LONG)
    expect(await store.get('film')).toBeNull()
  })

  it('are forgotten when they are cleared', async () => {
    const store = new ImageStore(folder, 1e6)
    await store.put('film', tokens(1), LONG)
    await store.clear()
    expect(await store.get('film')).toBeNull()
  })
})
