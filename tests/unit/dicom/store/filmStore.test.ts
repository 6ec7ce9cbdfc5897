import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sha256 } from '../../../../src/dicom/scan/examine.ts'
import { FilmStore } from '../../../../src/dicom/store/filmStore.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hilum-store-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const bytes = new TextEncoder().encode('a film')
const hash = sha256(bytes)

describe('FilmStore', () => {
  it('keeps bytes under their hash, once', async () => {
    const store = await FilmStore.open(dir)
    expect(await store.put(hash, bytes)).toBe(true)
    expect(await store.put(hash, bytes)).toBe(false)
    expect(Buffer.from(await store.get(hash))).toEqual(Buffer.from(bytes))
    expect(await readdir(join(dir, hash.slice(0, 2)))).toEqual([hash])
    expect(await readdir(join(dir, 'incoming'))).toEqual([])
  })

  it('notices that a film changed on the disk', async () => {
    const store = await FilmStore.open(dir)
    await store.put(hash, bytes)
    await writeFile(join(dir, hash.slice(0, 2), hash), 'another')
    await expect(store.get(hash)).rejects.toMatchObject({ kind: 'corrupt' })
  })

  it('says what is not there, and takes no path for a hash', async () => {
    const store = await FilmStore.open(dir)
    await expect(store.get(hash)).rejects.toMatchObject({ kind: 'not-found' })
    await expect(store.get('../../etc/passwd')).rejects.toMatchObject({ kind: 'bad-input' })
  })

  it('clears away what an interrupted import left', async () => {
    await mkdir(join(dir, 'incoming'))
    await writeFile(join(dir, 'incoming', 'half'), 'half a film')
    await FilmStore.open(dir)
    expect(await readdir(join(dir, 'incoming'))).toEqual([])
  })

  it('says so when the folder cannot be written', async () => {
    await writeFile(join(dir, 'file'), '')
    await expect(FilmStore.open(join(dir, 'file', 'store'))).rejects.toMatchObject({ kind: 'unavailable' })
  })
})
