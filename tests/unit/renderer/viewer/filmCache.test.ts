import { describe, expect, it } from 'vitest'
import type { ViewerFilm } from '../../../../src/shared/contracts/dicom.ts'
import { FilmCache } from '../../../../src/renderer/viewer/filmCache.ts'

function cacheOf(capacity: number, fail = false) {
  const fetched: string[] = []
  const cache = new FilmCache(async (hash) => {
    fetched.push(hash)
    if (fail) throw new Error('unreadable')
    return { hash } as ViewerFilm
  }, capacity)
  return { cache, fetched }
}

describe('the film cache', () => {
  it('fetches a film once, also when it is asked for twice at the same time', async () => {
    const { cache, fetched } = cacheOf(2)
    await Promise.all([cache.get('a'), cache.get('a')])
    expect(fetched).toEqual(['a'])
  })

  it('forgets the film that was longest not looked at', async () => {
    const { cache, fetched } = cacheOf(2)
    for (const hash of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(hash)
    expect(fetched).toEqual(['a', 'b', 'c', 'b'])
  })

  it('tries again after a failure', async () => {
    const { cache, fetched } = cacheOf(2, true)
    await expect(cache.get('a')).rejects.toThrow('unreadable')
    await expect(cache.get('a')).rejects.toThrow('unreadable')
    expect(fetched).toEqual(['a', 'a'])
  })
})
