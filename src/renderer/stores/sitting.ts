import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { ItemView, Reader, ReaderWork } from '../../shared/contracts/review.ts'
import { HilumError } from '../../shared/errors.ts'
import { useServices } from '../services.ts'
import { asksFor, bodyOf, emptyDraft, type AnswerDraft } from './answerDraft.ts'
import { useCase } from './case.ts'
import { useNotices } from './notices.ts'

/** A reader at work on review sets: who it is, what there is to read, the item on the screen and the answer to it. */
export const useSitting = defineStore('sitting', () => {
  const services = useServices()
  const notices = useNotices()
  const cases = useCase()
  const token = ref<string | null>(null)
  const reader = shallowRef<Reader | null>(null)
  const refusal = ref('')
  const work = shallowRef<readonly ReaderWork[]>([])
  const item = shallowRef<ItemView | null>(null)
  const draft = shallowRef<AnswerDraft>(emptyDraft('edits', 0))
  const busy = ref(false)
  /** What the last answer took, in seconds; null before there is one. */
  const lastSeconds = ref<number | null>(null)

  const asks = computed(() => (item.value === null ? null : asksFor(draft.value)))
  const complete = computed(() => item.value !== null && bodyOf(draft.value) !== null)

  /** Runs one call at a time; what fails is shown, and a token that is gone signs the reader out. */
  async function attempt<T>(call: () => Promise<T>): Promise<T | null> {
    if (busy.value) return null
    busy.value = true
    try {
      return await call()
    } catch (thrown) {
      notices.report(thrown)
      return null
    } finally {
      busy.value = false
    }
  }

  /** Signs in; `isNew` adds the reader first. What is wrong stands in `refusal`. */
  async function signIn(name: string, pin: string, isNew: boolean): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    refusal.value = ''
    try {
      if (isNew) await services.main.call('reader.add', { name, pin })
      const signed = await services.main.call('reader.signIn', { name, pin })
      token.value = signed.token
      reader.value = signed.reader
      work.value = await services.main.call('review.work', { token: signed.token })
      return true
    } catch (thrown) {
      refusal.value = thrown instanceof HilumError ? [thrown.message, thrown.mend].filter(Boolean).join(' ') : String(thrown)
      return false
    } finally {
      busy.value = false
    }
  }

  async function signOut(): Promise<void> {
    const held = token.value
    leaveItem()
    token.value = null
    reader.value = null
    work.value = []
    if (held !== null) await services.main.call('reader.signOut', { token: held }).catch((thrown) => notices.report(thrown))
  }

  async function refreshWork(): Promise<void> {
    const held = token.value
    if (held !== null) work.value = (await attempt(() => services.main.call('review.work', { token: held }))) ?? work.value
  }

  /** Brings the next item of a set on the screen, or back to the work list when there is none now. */
  async function open(setId: string): Promise<void> {
    const held = token.value
    if (held === null) return
    const next = await attempt(() => services.main.call('review.next', { token: held, setId }))
    if (next?.kind === 'item') {
      if (next.item.case === null) cases.close()
      else cases.showFilms(next.item.case)
      item.value = next.item
      draft.value = emptyDraft(next.item.task, next.item.edits.length, next.item.sentences.length)
      return
    }
    leaveItem()
    if (next?.kind === 'done') notices.show('done', 'Every item of this set is answered. Thank you.')
    await refreshWork()
  }

  /** Locks the answer and brings the next item. The screen moves on only when the answer is on the disk. */
  async function submit(): Promise<void> {
    const [held, shown, body] = [token.value, item.value, bodyOf(draft.value)]
    if (held === null || shown === null || body === null) return
    const kept = await attempt(() => services.main.call('review.submit', { token: held, showing: shown.showing, body }))
    if (kept === null) return
    lastSeconds.value = kept.seconds
    await open(shown.setId)
  }

  function leaveItem(): void {
    if (item.value !== null) cases.close()
    item.value = null
    lastSeconds.value = null
  }

  /** Back to the work list; an answer that was not submitted is dropped. */
  async function leave(): Promise<void> {
    leaveItem()
    await refreshWork()
  }

  return {
    reader, refusal, work, item, draft, busy, lastSeconds, asks, complete, signIn, signOut, refreshWork, open, submit,
    leave,
  }
})
