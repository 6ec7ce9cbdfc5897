import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { JUDGE_OFF, type JudgeQuestion, type JudgeScores, type JudgeSettings } from '../../shared/domain/judging.ts'
import { useServices } from '../services.ts'
import { useCase } from './case.ts'
import { useNotices } from './notices.ts'
import { usePreferences } from './preferences.ts'

/** The language-model judge: where it is, what would be sent to it, and what it said of the shown comparison. */
export const useJudge = defineStore('judge', () => {
  const services = useServices()
  const notices = useNotices()
  const preferences = usePreferences()
  const cases = useCase()
  const open = ref(false)
  const settings = shallowRef<JudgeSettings>(JUDGE_OFF)
  const questions = shallowRef<readonly JudgeQuestion[]>([])
  const scores = shallowRef<readonly JudgeScores[]>([])
  /** How far the judge is; null while it is not asked. */
  const progress = shallowRef<{ done: number; total: number } | null>(null)
  let asking: AbortController | null = null

  /** The comparison that is judged, by its two texts. */
  const pair = computed(() => {
    const { comparison } = cases
    return comparison === null ? null : { baselineId: comparison.baseline.id, steeredId: comparison.steered.id }
  })

  /** Opens the judge's dialog with what would be sent about the shown comparison. */
  async function show(): Promise<void> {
    if (pair.value === null) return notices.show('error', 'There is no steered text to judge.', 'Steer first.')
    open.value = true
    await notices.attempt(async () => {
      settings.value = await services.main.call('judge.settings', {})
      await look()
    })
  }

  async function look(): Promise<void> {
    const of = pair.value
    if (of === null) return
    questions.value = settings.value.on ? await services.main.call('judge.preview', of) : []
    scores.value = await services.main.call('judge.scores', of)
  }

  /** Sets where the judge is, or turns it off. */
  async function configure(made: JudgeSettings): Promise<void> {
    await notices.attempt(async () => {
      const reader = preferences.readerName()
      settings.value = await services.main.call('judge.configure', { settings: made, reader })
      await look()
    })
  }

  /** Sends what is shown; the verdicts appear beside those of rules and reader. */
  async function ask(): Promise<void> {
    const of = pair.value
    if (of === null || asking !== null) return
    const mine = new AbortController()
    asking = mine
    progress.value = { done: 0, total: questions.value.length }
    try {
      const onEvent = (event: { done: number; total: number }): void => void (progress.value = event)
      const answer = await services.main.call('judge.ask', of, { signal: mine.signal, onEvent })
      for (const edit of answer.comparison.edits) cases.replaceEdit(edit)
      scores.value = answer.scores
    } catch (thrown) {
      if (!mine.signal.aborted) notices.report(thrown)
      await notices.attempt(look)
    } finally {
      asking = null
      progress.value = null
    }
  }

  /** Stops asking; what was said before is kept. Closes the dialog when nothing is asked. */
  function stop(): void {
    if (asking === null) open.value = false
    else asking.abort()
  }

  return { open, settings, questions, scores, progress, show, configure, ask, stop }
})
