import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { locatedFindings } from '../viewer/locatedFindings.ts'
import { useCase } from './case.ts'

/** The model's grounded findings: their boxes on the current frontal, and which sentence and box belong together. */
export const useGrounding = defineStore('grounding', () => {
  const cases = useCase()
  const shown = ref(false)
  /** The sentence that was chosen, and the one that the pointer is on (in the text or on a box). */
  const chosen = ref<number | null>(null)
  const pointed = ref<number | null>(null)

  const generation = computed(() => cases.grounded?.generation ?? null)
  const findings = computed(() => locatedFindings(generation.value?.phrases ?? []))
  const located = computed(() => findings.value.filter((finding) => finding.number !== null))
  /** The sentence whose boxes stand out. */
  const marked = computed(() => pointed.value ?? chosen.value)
  /** The film on which the boxes belong. */
  const filmHash = computed(() => (shown.value && located.value.length > 0 ? cases.current?.frontal.hash : undefined))

  watch(
    () => cases.grounded?.id,
    () => {
      chosen.value = null
      pointed.value = null
    },
  )

  /** Shows or hides boxes and sentences; the model is asked for them the first time. */
  async function toggle(): Promise<void> {
    shown.value = !shown.value
    if (shown.value && cases.grounded === null) await cases.generateGrounded()
    if (shown.value && cases.grounded === null) shown.value = false // cancelled, or no model
  }

  /** Chooses a sentence, by its text or by a box of it; choosing it again lets it go. */
  function choose(index: number): void {
    chosen.value = chosen.value === index ? null : index
  }

  /** Goes to the next (1) or previous (-1) sentence that has boxes. */
  function step(by: 1 | -1): void {
    const all = located.value
    if (all.length === 0) return
    const at = all.findIndex((finding) => finding.index === chosen.value)
    const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))
    chosen.value = all[to]?.index ?? null
  }

  return { shown, chosen, pointed, marked, generation, findings, located, filmHash, toggle, choose, step }
})
