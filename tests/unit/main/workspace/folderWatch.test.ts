import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { FolderWatch } from '../../../../src/main/workspace/folderWatch.ts'
import { StableFiles } from '../../../../src/main/workspace/stableFiles.ts'
import { temporaryDir } from '../temporaryDir.ts'

const file = (path: string, size: number, changedMs = 0) => ({ path, size, changedMs })

describe('the files of a watched folder', () => {
  it('are whole when they stayed the same for a while, and told once', () => {
    const files = new StableFiles(5000)
    expect(files.look([file('a', 10)], 0)).toEqual([])
    expect(files.look([file('a', 10)], 4999)).toEqual([])
    expect(files.look([file('a', 10)], 5000)).toEqual(['a'])
    expect(files.look([file('a', 10)], 60_000)).toEqual([])
  })

  it('are not whole while they grow or are written over', () => {
    const files = new StableFiles(5000)
    files.look([file('a', 10)], 0)
    expect(files.look([file('a', 20)], 5000)).toEqual([])
    expect(files.look([file('a', 20, 1)], 9999)).toEqual([])
    expect(files.look([file('a', 20, 1)], 14_998)).toEqual([])
    expect(files.look([file('a', 20, 1)], 14_999)).toEqual(['a'])
  })

  it('are told again when they changed, and when they were away', () => {
    const files = new StableFiles(10)
    for (const [size, at] of [[1, 0], [1, 10]] as const) files.look([file('a', size)], at)
    files.look([file('a', 2)], 20)
    expect(files.look([file('a', 2)], 30)).toEqual(['a'])
    files.look([], 40)
    files.look([file('a', 2)], 50)
    expect(files.look([file('a', 2)], 60)).toEqual(['a'])
  })

  it('that copying programs have not finished are left alone', () => {
    const files = new StableFiles(0)
    expect(files.look(['x.part', 'x.tmp', '.x', 'd/~x', 'x.dcm'].map((path) => file(path, 1)), 0)).toEqual(['x.dcm'])
    expect(files.look([file('empty', 0)], 0)).toEqual([])
  })
})

describe('a watched folder', () => {
  it('has its files imported when they are whole, and the choice is kept with the workspace', { timeout: 60_000 }, async () => {
    const dir = temporaryDir()
    const folder = join(dir, 'in')
    mkdirSync(folder)
    const { connection } = openDatabase({ path: join(dir, 'hilum.db') })
    const scans: string[][] = []
    // A dicom process that finds nothing, but tells what it was asked to read.
    const call = (_method: string, params: { paths: string[] }) => {
      scans.push(params.paths)
      return Promise.resolve({ films: 0, skipped: 0 })
    }
    const options = {
      workspace: { connection, refresh: () => undefined }, dicom: { call: call as never }, everyMs: 20, settleMs: 400,
    }
    const watch = new FolderWatch(options)
    watch.resume()
    expect(watch.state.folder).toBeNull()
    await watch.choose(folder)
    const growing = join(folder, 'a.dcm')
    writeFileSync(growing, 'x')
    for (let i = 0; i < 10; i++) {
      await wait(60)
      appendFileSync(growing, 'x')
    }
    expect(scans).toEqual([])
    while (scans.length === 0) await wait(20)
    expect(scans).toEqual([[growing]])
    await watch.stop()

    const again = new FolderWatch(options)
    again.resume()
    expect(again.state.folder).toBe(folder)
    await again.choose(null)
    const off = new FolderWatch(options)
    off.resume()
    expect(off.state.folder).toBeNull()
    connection.close()
  })

  it('that is not there is told in a sentence and watched on', { timeout: 60_000 }, async () => {
    const dir = temporaryDir()
    const { connection } = openDatabase({ path: join(dir, 'hilum.db') })
    const watch = new FolderWatch({
      workspace: { connection, refresh: () => undefined }, dicom: { call: (() => undefined) as never }, everyMs: 20,
    })
    await watch.choose(join(dir, 'nowhere'))
    while (watch.state.problem === null) await wait(20)
    expect(watch.state.problem).toMatch(/^The watched folder .* cannot be read\.$/)
    await watch.stop()
    connection.close()
  })
})
