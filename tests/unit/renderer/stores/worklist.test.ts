import { describe, expect, it } from 'vitest'
import { HilumError } from '../../../../src/shared/errors.ts'
import { useNotices } from '../../../../src/renderer/stores/notices.ts'
import { useWorklist } from '../../../../src/renderer/stores/worklist.ts'
import { playServices, settled, summaryOf } from '../support.ts'

const names = ['adams', 'baker', 'clark']

function worklistOf(importPaths: Parameters<typeof playServices>[0]['main'] = {}) {
  playServices({
    main: {
      'worklist.list': async ({ search }) => {
        if (search === 'a') await new Promise((resolve) => setTimeout(resolve, 20))
        return names.filter((name) => name.includes(search)).map(summaryOf)
      },
      ...importPaths,
    },
  })
  return useWorklist()
}

describe('the worklist', () => {
  it('puts the cursor on the first case and moves it within the list', async () => {
    const worklist = worklistOf()
    await worklist.refresh()
    expect(worklist.cursor).toBe('adams')
    worklist.move(1)
    worklist.move(5)
    expect(worklist.cursor).toBe('clark')
    worklist.move(-Infinity)
    expect(worklist.cursor).toBe('adams')
  })

  it('shows the answer to the last search, not the slowest', async () => {
    const worklist = worklistOf()
    worklist.search = 'a'
    const slow = worklist.refresh()
    worklist.search = 'clark'
    await worklist.refresh()
    await slow
    expect(worklist.rows.map((row) => row.id)).toEqual(['clark'])
    expect(worklist.cursor).toBe('clark')
  })

  it('knows the neighbours of a case', async () => {
    const worklist = worklistOf()
    await worklist.refresh()
    expect(worklist.neighbour('adams', 1)).toBe('baker')
    expect(worklist.neighbour('adams', -1)).toBeNull()
    expect(worklist.neighbour('clark', 1)).toBeNull()
  })

  it('counts films and reasons while it imports, then shows the report', async () => {
    const report = {
      films: 2, newFilms: 1, duplicates: 1, studies: 1, cases: ['baker'], skipped: [{ name: 'x.txt', reason: 'Not a film.' }],
    }
    let go = (): void => undefined
    const working = new Promise<void>((resolve) => (go = resolve))
    const worklist = worklistOf({
      'import.paths': async ({ paths }, { emit }) => {
        expect(paths).toEqual(['/films'])
        emit({ kind: 'skipped', name: 'x.txt', reason: 'Not a film.', refused: false })
        await working
        return report
      },
    })
    const importing = worklist.importPaths(['/films'])
    await settled()
    expect(worklist.importRun).toMatchObject({ running: true, skipped: [{ name: 'x.txt', reason: 'Not a film.' }] })
    go()
    await importing
    expect(worklist.importRun).toMatchObject({ running: false, report })
    expect(worklist.cursor).toBe('baker')
  })

  it('cancels an import and keeps the list that was there', async () => {
    const worklist = worklistOf({
      'import.paths': (_params, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new HilumError('cancelled', 'Cancelled.')))),
    })
    const importing = worklist.importPaths(['/films'])
    await settled()
    expect(worklist.cancelImport()).toBe(true)
    await importing
    expect(worklist.importRun).toBeNull()
    expect(worklist.rows.length).toBe(3)
    expect(useNotices().notices).toEqual([])
  })

  it('offers to go on with an import that was cut off, once', async () => {
    const asked: unknown[] = []
    const order = { paths: ['/cd'], sidecar: null }
    const worklist = worklistOf({
      'import.interrupted': () => order,
      'import.paths': (params) => {
        asked.push(params)
        return { films: 0, newFilms: 0, duplicates: 0, studies: 0, cases: [], skipped: [] }
      },
    })
    await worklist.lookForInterrupted()
    expect(worklist.interrupted).toEqual(order)
    await worklist.resumeImport()
    expect(asked).toEqual([order])
    expect(worklist.interrupted).toBeNull()
  })

  it('shows a table that comes with pictures before it imports them, and keeps it when it cannot be read', async () => {
    const asked: unknown[] = []
    const preview = { columns: ['file', 'taken'], rows: [['a.png', '03/04/2020']], count: 1, map: { file: 'file' } }
    const worklist = worklistOf({
      'import.preview': () => preview,
      'import.paths': (params) => {
        asked.push(params)
        if (params.sidecar?.dateOrder === 'auto') throw new HilumError('bad-input', 'Dates can be read in two ways.')
        return { films: 1, newFilms: 1, duplicates: 0, studies: 1, cases: [], skipped: [] }
      },
    })
    await worklist.importPaths(['/x/table.csv', '/x/films'])
    expect(asked).toEqual([])
    expect(worklist.offered).toEqual({ paths: ['/x/films'], path: '/x/table.csv', preview })
    const map = { file: 'file', date: 'taken' }
    await worklist.importOffered({ map, dateOrder: 'auto' })
    expect(useNotices().notices.at(-1)).toMatchObject({ text: expect.stringContaining('two ways') })
    expect(worklist.offered).not.toBeNull()
    await worklist.importOffered({ map, dateOrder: 'day-first' })
    expect(asked.at(-1)).toEqual({ paths: ['/x/films'], sidecar: { path: '/x/table.csv', map, dateOrder: 'day-first' } })
    expect(worklist.offered).toBeNull()
  })
})
