import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { WorkspaceState } from '../../shared/contracts/main.ts'
import { EMBEDDED_MODEL_NOTICE } from '../../shared/domain/notices.ts'
import { toErrorData } from '../../shared/errors.ts'
import { useServices } from '../services.ts'
import { byteText } from '../format/numbers.ts'
import { useNotices } from './notices.ts'

/** The first wait before asking again, and the longest; each wait doubles. */
const RETRY_MS = { first: 500, most: 16_000 }

/** What the workspace is doing, as the main process tells it. */
export const useWorkspace = defineStore('workspace', () => {
  const services = useServices()
  const notices = useNotices()
  const state = shallowRef<WorkspaceState | null>(null)
  const exporting = ref(false)

  /** Follows the workspace for as long as the window lives; asks again when the main process did not answer. */
  async function follow(signal?: AbortSignal): Promise<void> {
    const left = (): boolean => signal?.aborted === true
    for (let wait = RETRY_MS.first; !left(); wait = Math.min(2 * wait, RETRY_MS.most)) {
      try {
        await services.main.call('workspace.watch', {}, { signal, onEvent: (event) => (state.value = event) })
        return
      } catch (thrown) {
        if (left()) return
        notices.report(thrown)
        await new Promise((resolve) => setTimeout(resolve, wait))
      }
    }
  }

  /** Writes the export where the reader says, or to `out`. Resolves with its path, or null when cancelled. */
  async function exportVerdicts(out: string | null = null): Promise<string | null> {
    if (exporting.value) return null
    exporting.value = true
    try {
      const report = await services.main.call('export.write', { out })
      if (report === null) return null
      const verdicts = `${report.verdicts} ${report.verdicts === 1 ? 'verdict' : 'verdicts'}`
      const left = report.withheld === 0 ? '' : ` Left out: ${report.withheld} comparisons of blinded review sets.`
      const size = `${byteText(report.bytes)}, ${report.files} files`
      notices.show('done', `Exported ${verdicts} to ${report.path} (${size}).${left}`)
      return report.path
    } catch (thrown) {
      notices.report(thrown)
      return null
    } finally {
      exporting.value = false
    }
  }

  /** Whether what was thrown is the reason why there is no model, which the foot of the window says already. */
  function saysAlready(thrown: unknown): boolean {
    return state.value?.modelError?.startsWith(toErrorData(thrown).message) ?? false
  }

  const model = computed(() => state.value?.model ?? null)
  /** The sentence that stands in the frame at all times. */
  const caution = computed(() =>
    model.value !== null && !model.value.embedded ? 'Research model, not for clinical use.' : EMBEDDED_MODEL_NOTICE,
  )
  return { state, model, caution, exporting, follow, exportVerdicts, saysAlready }
})
