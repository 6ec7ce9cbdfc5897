import { defineStore } from 'pinia'
import { reactive, watch } from 'vue'
import { z } from 'zod'
import { DEFAULT_MOUSE, MouseMap } from '../viewer/mouseTools.ts'
import { setOwnKeys } from '../keys/keymap.ts'
import { useServices } from '../services.ts'
import { useNotices } from './notices.ts'

const KEY = 'window.preferences'

/** What the reader chose for the whole window; kept in the workspace and read at start. */
export const Preferences = z.object({
  reader: z.string().max(200).catch(''),
  privacy: z.boolean().catch(false),
  /** True when the prior hangs on the left. */
  swapped: z.boolean().catch(false),
  layout: z.enum(['pair', 'single']).catch('pair'),
  linked: z.boolean().catch(true),
  overlay: z.boolean().catch(true),
  mouse: MouseMap.catch(DEFAULT_MOUSE),
  /** Keys that the reader gave to actions, by the action's id. */
  keys: z.record(z.string(), z.array(z.string().max(40)).max(4)).catch({}),
})
export type Preferences = z.infer<typeof Preferences>

/** Settings as they were written, each field falling back to its default when it is missing or malformed. */
export function readPreferences(text: string | null): Preferences {
  let value: unknown = {}
  try {
    value = JSON.parse(text ?? '{}')
  } catch {
    // Not JSON: an older or damaged setting. The defaults below take its place.
  }
  const read = Preferences.safeParse(value)
  return read.success ? read.data : Preferences.parse({})
}

export const usePreferences = defineStore('preferences', () => {
  const services = useServices()
  const notices = useNotices()
  const values = reactive<Preferences>(readPreferences(null))
  watch(() => values.keys, (keys) => setOwnKeys(keys), { deep: true, immediate: true, flush: 'sync' })

  /** Reads the kept preferences, then keeps every later change. */
  async function load(): Promise<void> {
    await notices.attempt(async () => {
      Object.assign(values, readPreferences(await services.main.call('setting.get', { key: KEY })))
    })
    watch(
      values,
      () => void notices.attempt(() => services.main.call('setting.set', { key: KEY, value: JSON.stringify(values) })),
    )
  }

  /** The name under which verdicts are kept. */
  function readerName(): string {
    return values.reader.trim() || 'Reader'
  }

  return { values, load, readerName }
})
