import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { toErrorData, type ErrorKind } from '../../shared/errors.ts'

/** One line for the reader: what happened, and what to do about it. */
export interface Notice {
  readonly id: number
  readonly tone: 'error' | 'done'
  readonly text: string
  readonly mend: string | null
  /** Of an error, where it was thrown. */
  readonly kind: ErrorKind | null
}

/** The lines that wait to be read at the foot of the window. They block nothing and stay until dismissed. */
export const useNotices = defineStore('notices', () => {
  const notices = ref<readonly Notice[]>([])
  let count = 0

  function show(
    tone: Notice['tone'],
    text: string,
    mend: string | null = null,
    kind: ErrorKind | null = null,
  ): void {
    const others = notices.value.filter((notice) => notice.text !== text && notice.tone !== 'done')
    notices.value = [...others, { id: (count += 1), tone, text, mend, kind }]
  }

  /** Shows what was thrown. A cancellation is what the reader asked for and needs no line. */
  function report(thrown: unknown): void {
    const { kind, message, mend } = toErrorData(thrown)
    if (kind !== 'cancelled') show('error', message, mend, kind)
  }

  /** Runs an effect of a key or a click and reports what it throws. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (thrown) {
      report(thrown)
      return undefined
    }
  }

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }

  /** Takes away the errors of a kind, once what they told of is over. */
  function dismissKind(kind: ErrorKind): void {
    notices.value = notices.value.filter((notice) => notice.kind !== kind)
  }

  const latest = computed(() => notices.value.at(-1) ?? null)
  return { notices, latest, show, report, attempt, dismiss, dismissKind }
})
