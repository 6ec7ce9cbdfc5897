import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { ReviewSetSummary } from '../../shared/domain/reviewSet.ts'
import { toErrorData } from '../../shared/errors.ts'
import { useServices } from '../services.ts'
import { useNotices } from './notices.ts'

/** The review sets of the workspace, as the study lead sees them. */
export const useSets = defineStore('sets', () => {
  const services = useServices()
  const notices = useNotices()
  const sets = shallowRef<readonly ReviewSetSummary[]>([])
  const cursor = ref<string | null>(null)
  /** How far the generation that this window started is, by set. */
  const progress = shallowRef<ReadonlyMap<string, { readonly done: number; readonly total: number }>>(new Map())
  const stops = new Map<string, AbortController>()

  const current = computed(() => sets.value.find((one) => one.id === cursor.value) ?? sets.value[0] ?? null)

  async function refresh(): Promise<void> {
    try {
      sets.value = await services.main.call('review.list', {})
    } catch (thrown) {
      notices.report(thrown)
    }
  }

  function move(by: number): void {
    const at = sets.value.findIndex((one) => one.id === current.value?.id)
    cursor.value = sets.value[Math.min(sets.value.length - 1, Math.max(0, at + by))]?.id ?? null
  }

  /** Has a set's reports written, or stops that; what is there stays and is not written again. */
  async function toggleRun(set: ReviewSetSummary): Promise<void> {
    const running = stops.get(set.id)
    if (running !== undefined) return running.abort()
    if (set.state === 'frozen') return
    const stop = new AbortController()
    stops.set(set.id, stop)
    const onEvent = ({ done, total }: { done: number; total: number }): void => {
      progress.value = new Map(progress.value).set(set.id, { done, total })
    }
    onEvent({ done: set.generated, total: set.items })
    try {
      await services.main.call('review.run', { setId: set.id }, { signal: stop.signal, onEvent })
    } catch (thrown) {
      if (toErrorData(thrown).kind !== 'cancelled') notices.report(thrown)
    } finally {
      stops.delete(set.id)
      const rest = new Map(progress.value)
      rest.delete(set.id)
      progress.value = rest
      await refresh()
    }
  }

  return { sets, cursor, current, progress, refresh, move, toggleRun }
})
