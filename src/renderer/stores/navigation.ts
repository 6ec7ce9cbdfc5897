import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { useCase } from './case.ts'
import { useSteering } from './steering.ts'
import { useVerdicts } from './verdicts.ts'
import { useWorklist } from './worklist.ts'

/** Which screen the window shows, and the way from one to the other. */
export const useNavigation = defineStore('navigation', () => {
  const worklist = useWorklist()
  const cases = useCase()
  const steering = useSteering()
  const verdicts = useVerdicts()
  const screen = ref<'worklist' | 'case' | 'review' | 'results'>('worklist')
  /** The set whose results are shown. */
  const resultsOf = ref<string | null>(null)
  /** What lies over the screen. While something does, the keys of the screen rest. */
  const dialog = ref<'help' | 'settings' | 'tags' | null>(null)
  const covered = computed(() => dialog.value !== null)

  /** Opens a case; a verdict that was being given is kept first. */
  async function openCase(caseId: string): Promise<void> {
    await verdicts.settle()
    if (!(await cases.open(caseId))) return
    steering.leaveCase()
    worklist.cursor = caseId
    screen.value = 'case'
  }

  /** Opens the next (1) or previous (-1) case of the worklist; returns false at its end. */
  async function openNeighbour(by: 1 | -1): Promise<boolean> {
    const from = cases.current?.id ?? worklist.cursor
    const to = from === null ? null : worklist.neighbour(from, by)
    if (to === null) return false
    await openCase(to)
    return true
  }

  async function closeCase(): Promise<void> {
    await verdicts.settle()
    screen.value = 'worklist'
    steering.leaveCase()
    cases.close()
    await worklist.refresh()
  }

  /** The review sets; from a case it is left first. */
  async function openReview(): Promise<void> {
    if (screen.value === 'case') await closeCase()
    screen.value = 'review'
  }

  function leaveReview(): void {
    screen.value = 'worklist'
    void worklist.refresh()
  }

  function openResults(setId: string): void {
    resultsOf.value = setId
    screen.value = 'results'
  }

  return {
    screen, dialog, covered, resultsOf, openCase, openNeighbour, closeCase, openReview, leaveReview, openResults,
  }
})
