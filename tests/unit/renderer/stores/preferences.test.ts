import { describe, expect, it } from 'vitest'
import { readPreferences, usePreferences } from '../../../../src/renderer/stores/preferences.ts'
import { playServices, settled } from '../support.ts'

describe('preferences', () => {
  it('fall back field by field when what was kept is damaged', () => {
    expect(readPreferences(null)).toMatchObject({ privacy: false, linked: true, layout: 'pair', reader: '' })
    expect(readPreferences('{"privacy":true,"layout":"spiral"}')).toMatchObject({ privacy: true, layout: 'pair' })
    expect(readPreferences('not json')).toMatchObject({ linked: true })
    expect(readPreferences('[1]')).toMatchObject({ linked: true })
  })

  it('are read at start and kept at every change', async () => {
    const kept = new Map([['window.preferences', '{"swapped":true}']])
    playServices({
      main: {
        'setting.get': ({ key }) => kept.get(key) ?? null,
        'setting.set': ({ key, value }) => {
          kept.set(key, value)
          return {}
        },
      },
    })
    const preferences = usePreferences()
    await preferences.load()
    expect(preferences.values.swapped).toBe(true)
    preferences.values.privacy = true
    await settled()
    expect(JSON.parse(kept.get('window.preferences') ?? '{}')).toMatchObject({ swapped: true, privacy: true })
  })
})
