import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { ModelProgress, ModelVerified } from '../../shared/contracts/models.ts'
import type { CheckpointSurvey, ModelRecord, WeightFormat } from '../../shared/domain/model.ts'
import { useServices } from '../services.ts'
import { useNotices } from './notices.ts'

/** What stands for the model that comes with Hilum where others have an id. */
export const EMBEDDED = 'embedded'

interface Interrupted {
  readonly folder: string
  readonly format: WeightFormat
}

/** The workspace's models, the folder that is being looked at, and the addition under way. */
export const useModels = defineStore('models', () => {
  const services = useServices()
  const notices = useNotices()
  const shown = ref(false)
  const list = shallowRef<readonly ModelRecord[]>([])
  const current = ref(EMBEDDED)
  const interrupted = shallowRef<readonly Interrupted[]>([])
  const room = shallowRef<{ readonly diskFree: number; readonly memory: number } | null>(null)
  /** The model that is being opened, verified or removed. */
  const busy = ref<string | null>(null)
  const verified = shallowRef<ReadonlyMap<string, ModelVerified>>(new Map())

  const folder = ref('')
  const looking = ref(false)
  const survey = shallowRef<CheckpointSurvey | null>(null)
  const format = ref<WeightFormat>('fp32')
  /** The reader has read what the model may be used for. */
  const accepted = ref(false)
  const adding = shallowRef<ModelProgress | null>(null)
  const added = shallowRef<ModelRecord | null>(null)
  let abort: AbortController | null = null

  // What was found belongs to one folder.
  watch(folder, () => {
    survey.value = null
    added.value = null
    accepted.value = false
  })

  async function refresh(): Promise<void> {
    const found = await notices.attempt(() => services.main.call('model.list', {}))
    if (found === undefined) return
    list.value = found.models
    current.value = found.current
    interrupted.value = found.interrupted
    room.value = found.room
  }

  async function show(): Promise<void> {
    shown.value = true
    await refresh()
  }

  async function chooseFolder(): Promise<void> {
    const chosen = await notices.attempt(() => services.main.call('model.chooseFolder', {}))
    if (chosen == null) return
    folder.value = chosen
    await look()
  }

  /** Looks through the folder, and proposes the most exact format that this machine has room for. */
  async function look(wanted: WeightFormat | null = null): Promise<void> {
    if (folder.value === '' || looking.value) return
    looking.value = true
    added.value = null
    const asked = folder.value
    const found = await notices.attempt(() => services.main.call('model.survey', { folder: asked }))
    looking.value = false
    if (found === undefined || asked !== folder.value) return
    survey.value = found
    const formats = found.found?.formats ?? []
    const fitting = formats.find((one) => shortOf(one) === null) ?? formats.at(-1)
    format.value = wanted ?? fitting?.format ?? 'fp32'
  }

  /** What this machine has too little of for a format, in words; null when it has enough, or nobody knows. */
  function shortOf({ diskBytes, memoryBytes }: { diskBytes: number; memoryBytes: number }): string | null {
    if (room.value === null) return null
    if (diskBytes > room.value.diskFree) return 'not enough disk'
    return memoryBytes > room.value.memory ? 'not enough memory' : null
  }

  const ready = computed(
    () => survey.value !== null && survey.value.faults.length === 0 && accepted.value && adding.value === null,
  )

  async function add(): Promise<void> {
    if (!ready.value) return
    abort = new AbortController()
    adding.value = { step: 'hashing', done: 0, total: 1 }
    try {
      const params = { folder: folder.value, format: format.value }
      const record = await services.main.call('model.add', params, {
        signal: abort.signal,
        onEvent: (event) => (adding.value = event),
      })
      added.value = record
      notices.show('done', `${record.name} was added as ${record.format}.`)
    } catch (thrown) {
      notices.report(thrown)
    } finally {
      abort = null
      adding.value = null
      await refresh()
    }
  }

  /** Ends the addition; returns whether there was one. */
  function cancel(): boolean {
    abort?.abort()
    return abort !== null
  }

  /** Goes on with an addition that was cut off: its folder is looked through again first. */
  async function resume({ folder: from, format: as }: Interrupted): Promise<void> {
    folder.value = from
    await Promise.resolve() // the watcher of the folder forgets the last survey first
    await look(as)
  }

  async function attend<T>(id: string, work: () => Promise<T>): Promise<T | undefined> {
    if (busy.value !== null) return undefined
    busy.value = id
    const result = await notices.attempt(work)
    busy.value = null
    await refresh()
    return result
  }

  const use = (id: string): Promise<unknown> => attend(id, () => services.main.call('model.use', { id }))
  const remove = (id: string): Promise<unknown> => attend(id, () => services.main.call('model.remove', { id }))
  const discard = (): Promise<unknown> => attend('interrupted', () => services.main.call('model.discard', {}))
  async function verify(id: string): Promise<void> {
    const found = await attend(id, () => services.main.call('model.verify', { id }))
    if (found !== undefined) verified.value = new Map(verified.value).set(id, found)
  }

  return {
    shown, list, current, interrupted, room, busy, verified, folder, looking, survey, format, accepted, adding, added,
    ready, refresh, show, chooseFolder, look, shortOf, add, cancel, resume, use, remove, discard, verify,
  }
})

/** How far a piece of work is, in words. */
export function progressText({ step, done, total }: ModelProgress): string {
  const what = { hashing: 'Hashing the checkpoint', storing: 'Storing the weights', verifying: 'Verifying' }[step]
  return `${what}, ${Math.floor((100 * done) / Math.max(1, total))} %`
}
