import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { GenerationEvent } from '../../shared/contracts/compute.ts'
import type { Comparison, KeptEdit, KeptGeneration } from '../../shared/contracts/main.ts'
import type { Intervention } from '../../shared/domain/intervention.ts'
import type { Case } from '../../shared/domain/study.ts'
import { useServices } from '../services.ts'
import { useNotices } from './notices.ts'
import { advance, startRun, type Run } from './run.ts'
import { useWorkspace } from './workspace.ts'

const MODE = 'findings'

/** The case on the screen: its films, the baseline, what steering gave, and the generation under way. */
export const useCase = defineStore('case', () => {
  const services = useServices()
  const notices = useNotices()
  const workspace = useWorkspace()
  const current = shallowRef<Case | null>(null)
  const baseline = shallowRef<KeptGeneration | null>(null)
  /** The baseline asked for with boxes. */
  const grounded = shallowRef<KeptGeneration | null>(null)
  /** Newest first. */
  const comparisons = shallowRef<readonly Comparison[]>([])
  const shown = ref(0)
  const run = shallowRef<Run | null>(null)
  const loading = ref(false)
  let opened = 0
  let abort: AbortController | null = null

  const comparison = computed(() => comparisons.value[shown.value] ?? null)
  /** The baseline that stands beside the shown comparison. */
  const left = computed(() => comparison.value?.baseline ?? baseline.value)

  /**
   * Opens a case with all that is kept for it; until then the case before it stays, whole. A slower answer for an
   * earlier case is dropped. Resolves with whether this case is the one on the screen now.
   */
  async function open(caseId: string): Promise<boolean> {
    const mine = (opened += 1)
    cancel()
    loading.value = true
    try {
      const [found, history] = await Promise.all([
        services.main.call('case.get', { caseId }),
        services.main.call('case.history', { caseId }),
      ])
      if (mine !== opened) return false
      shown.value = 0
      current.value = found
      baseline.value = history.baseline
      grounded.value = history.grounded
      comparisons.value = history.comparisons
      return true
    } catch (thrown) {
      if (mine === opened) notices.report(thrown)
      return false
    } finally {
      if (mine === opened) loading.value = false
    }
  }

  /** Hangs the films of a case without anything that was generated for it: what a blinded reader may see. */
  function showFilms(one: Case): void {
    close()
    current.value = one
  }

  /** Fetches the kept runs of the case anew: their verdicts by rule may have changed. */
  async function reload(): Promise<void> {
    const caseId = current.value?.id
    if (caseId === undefined) return
    const history = await services.main.call('case.history', { caseId })
    if (current.value?.id === caseId) comparisons.value = history.comparisons
  }

  /** Puts the case as it is filed now in the place of the one on the screen. */
  function replace(found: Case): void {
    if (current.value?.id === found.id) current.value = found
  }

  /** Leaves the case; a generation under way is cancelled. */
  function close(): void {
    opened += 1
    cancel()
    current.value = null
    baseline.value = null
    grounded.value = null
    comparisons.value = []
    shown.value = 0
    loading.value = false
  }

  /** Stops the generation under way; returns whether there was one. */
  function cancel(): boolean {
    const running = abort !== null
    abort?.abort()
    abort = null
    run.value = null
    return running
  }

  /** Follows a run's tokens over the compute port, from its beginning, until it ends or the signal aborts. */
  async function watchRun(runId: string, signal: AbortSignal): Promise<void> {
    const onEvent = (event: GenerationEvent): void => {
      if (run.value?.runId === runId) run.value = advance(run.value, event)
    }
    // Whatever ends it, the result comes from the main process, or the reason why there is none.
    await services.compute.call('report.watch', { runId }, { signal, onEvent }).catch(() => undefined)
  }

  async function generate<T>(
    kind: Run['kind'],
    ask: (runId: string, signal: AbortSignal) => Promise<T>,
  ): Promise<T | null> {
    if (abort !== null || current.value === null) return null
    const mine = new AbortController()
    abort = mine
    const runId = crypto.randomUUID()
    run.value = startRun(runId, kind, performance.now())
    try {
      const result = ask(runId, mine.signal)
      void watchRun(runId, mine.signal)
      return await result
    } catch (thrown) {
      if (!workspace.saysAlready(thrown)) notices.report(thrown)
      return null
    } finally {
      mine.abort() // a run served from the store never begins: nobody waits for it any longer
      if (abort === mine) {
        abort = null
        run.value = null
      }
    }
  }

  /** Generates the baseline, or fetches it from the store. */
  async function generateBaseline(): Promise<void> {
    const found = current.value
    if (found === null) return
    const kept = await generate('baseline', (runId, signal) =>
      services.main.call('report.baseline', { caseId: found.id, mode: MODE, runId, phrase: null }, { signal }),
    )
    if (kept !== null && current.value?.id === found.id) baseline.value = kept
  }

  /** Has the model write findings with boxes, or fetches them from the store. */
  async function generateGrounded(): Promise<void> {
    const found = current.value
    if (found === null) return
    const kept = await generate('grounded', (runId, signal) =>
      services.main.call('report.baseline', { caseId: found.id, mode: 'grounded', runId, phrase: null }, { signal }),
    )
    if (kept !== null && current.value?.id === found.id) grounded.value = kept
  }

  /** Steers and shows the result; returns it, or null when it failed or was cancelled. */
  async function steer(intervention: Intervention): Promise<Comparison | null> {
    const found = current.value
    if (found === null) return null
    const result = await generate('steered', (runId, signal) =>
      services.main.call('report.steer', { caseId: found.id, mode: MODE, intervention, runId }, { signal }),
    )
    if (result === null || current.value?.id !== found.id) return null
    baseline.value = result.baseline
    comparisons.value = [result, ...comparisons.value.filter((other) => other.steered.id !== result.steered.id)]
    shown.value = 0
    return result
  }

  /** Shows an older (+1) or newer (-1) comparison. */
  function showRun(by: number): void {
    shown.value = Math.min(comparisons.value.length - 1, Math.max(0, shown.value + by))
  }

  /** Puts an edit with its new verdict in the place of the old, wherever it stands. */
  function replaceEdit(kept: KeptEdit): void {
    comparisons.value = comparisons.value.map((one) =>
      one.edits.some((edit) => edit.id === kept.id)
        ? { ...one, edits: one.edits.map((edit) => (edit.id === kept.id ? kept : edit)) }
        : one,
    )
  }

  return {
    current,
    baseline,
    grounded,
    comparisons,
    comparison,
    left,
    shown,
    run,
    loading,
    open,
    showFilms,
    reload,
    close,
    cancel,
    generateBaseline,
    generateGrounded,
    steer,
    showRun,
    replaceEdit,
    replace,
  }
})
