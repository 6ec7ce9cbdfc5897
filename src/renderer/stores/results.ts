import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ResultItem, Results, ResultsFilter } from '../../shared/domain/results.ts'
import { toErrorData } from '../../shared/errors.ts'
import { useServices } from '../services.ts'
import { useNotices } from './notices.ts'

const MOST_ITEMS = 200

/** The results of a set, and the items behind the number that was opened last. */
export const useResults = defineStore('results', () => {
  const services = useServices()
  const notices = useNotices()
  const results = shallowRef<Results | null>(null)
  const judge = ref('')
  const items = shallowRef<readonly ResultItem[]>([])
  /** What was opened, in words. */
  const opened = ref('')
  /** Why there are no results to be seen: the set is blinded. Empty otherwise. */
  const blinded = ref('')
  let asked = 0

  /** Loads the results of a set; the first reader with answers is shown, or the rules while nobody has any. */
  async function load(setId: string): Promise<void> {
    results.value = null
    items.value = []
    opened.value = ''
    blinded.value = ''
    try {
      results.value = await services.main.call('results.get', { setId })
      judge.value = results.value.judges.find((name) => name !== 'rules') ?? 'rules'
    } catch (thrown) {
      const { kind, message } = toErrorData(thrown)
      if (kind === 'conflict') blinded.value = message
      else notices.report(thrown)
    }
  }

  /** Opens the blinding of a set for good, in somebody's name and for a reason that the audit keeps. */
  async function unblind(setId: string, who: string, reason: string): Promise<void> {
    try {
      await services.main.call('review.unblind', { setId, who, reason })
      await load(setId)
    } catch (thrown) {
      notices.report(thrown)
    }
  }

  /** Brings the items behind a number; a slower answer for an earlier one is dropped. */
  async function open(words: string, filter: ResultsFilter): Promise<void> {
    if (results.value === null) return
    const mine = (asked += 1)
    try {
      const found = await services.main.call('results.items', { setId: results.value.setId, filter, limit: MOST_ITEMS })
      if (mine !== asked) return
      items.value = found
      opened.value = found.length === MOST_ITEMS ? `${words} (the first ${MOST_ITEMS})` : words
    } catch (thrown) {
      notices.report(thrown)
    }
  }

  /** Saves a chart where the reader says, or to `out`. */
  async function saveChart(name: string, data: Uint8Array<ArrayBuffer>, out: string | null = null): Promise<void> {
    try {
      const path = await services.main.call('results.saveChart', { name: name.replaceAll(/[^\w .-]/g, ''), data, out })
      if (path !== null) notices.show('done', `Saved ${path}.`)
    } catch (thrown) {
      notices.report(thrown)
    }
  }

  return { results, judge, items, opened, blinded, load, unblind, open, saveChart }
})
