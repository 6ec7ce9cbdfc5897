import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { WritingFilms } from '../../../../src/dicom/store/writingFilms.ts'

/** A store whose films become safe when the test says so. */
function slowStore() {
  const waiting: ((stored: boolean) => void)[] = []
  const put = (): Promise<boolean> => new Promise((resolve) => void waiting.push(resolve))
  return { put, waiting }
}
const BYTES = new Uint8Array(10)

describe('films on their way to the disk', () => {
  it('are written side by side and told in the order they came, with what came between', async () => {
    const store = slowStore()
    const films = new WritingFilms(store)
    const told: string[] = []
    await films.put('a', BYTES, (stored) => void told.push(`a ${stored}`))
    await films.tell(() => void told.push('skipped'))
    await films.put('b', BYTES, (stored) => void told.push(`b ${stored}`))
    expect(store.waiting).toHaveLength(2)
    const end = films.end()
    store.waiting[1]!(false)
    await setImmediate()
    expect(told).toEqual([])
    store.waiting[0]!(true)
    await end
    expect(told).toEqual(['a true', 'skipped', 'b false'])
  })

  it('wait when there are many, or when they are large', async () => {
    for (const [count, bytes] of [[9, BYTES], [3, new Uint8Array(12 * 1024 * 1024)]] as const) {
      const store = slowStore()
      const films = new WritingFilms(store)
      let begun = 0
      const all = (async () => {
        for (let i = 0; i < count; i++) {
          await films.put(String(i), bytes, () => undefined)
          begun += 1
        }
      })()
      await setImmediate()
      expect(begun).toBe(count - 1)
      store.waiting.forEach((end) => end(true))
      await all
    }
  })

  it('say what could not be written', async () => {
    const films = new WritingFilms({ put: () => Promise.reject(new Error('disk full')) })
    await films.put('a', BYTES, () => undefined)
    await expect(films.end()).rejects.toThrow('disk full')
  })
})
