import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Film, Study } from '../../shared/domain/study.ts'
import { useServices } from '../services.ts'
import { hang, layoutName, type Slot } from '../viewer/hanging.ts'
import { useCase } from './case.ts'
import { useNotices } from './notices.ts'
import { usePreferences } from './preferences.ts'

/** What hangs where: the films of the case and of one earlier study, in the layout that the reader chose. */
export const useHanging = defineStore('hanging', () => {
  const services = useServices()
  const notices = useNotices()
  const cases = useCase()
  const preferences = usePreferences()
  const lateral = ref(false)
  const single = ref<'current' | 'prior'>('current')
  /** The patient's other studies, newest first. */
  const others = shallowRef<readonly Study[]>([])
  /** The study that hangs as the prior, where the reader took another than the case's own. */
  const priorUid = ref<string | null>(null)
  const pointed = ref<string | null>(null)
  /** The film whose view was corrected last, and where it hung before. */
  const moved = shallowRef<{ readonly film: Film; readonly from: 'frontal' | 'lateral' } | null>(null)

  const priorStudy = computed(
    () => others.value.find((study) => study.uid === priorUid.value) ?? cases.current?.priorStudy ?? null,
  )
  const rows = computed<Slot[][]>(() => {
    if (cases.current === null) return []
    const { layout, swapped } = preferences.values
    return hang(cases.current, { layout, swapped, lateral: lateral.value, single: single.value }, priorStudy.value)
  })
  const slots = computed(() => rows.value.flat())
  const layout = computed(() => layoutName(rows.value))
  /** The slot that keys act on: the one under the pointer, else the first. */
  const active = computed(() => slots.value.find((one) => one.key === pointed.value) ?? slots.value[0] ?? null)

  watch(
    () => cases.current?.id,
    async (caseId) => {
      single.value = 'current'
      priorUid.value = null
      others.value = []
      moved.value = null
      if (caseId === undefined) return
      const found = await notices.attempt(() => services.main.call('case.others', { caseId }))
      if (found !== undefined && cases.current?.id === caseId) others.value = found
    },
    { immediate: true },
  )

  /** From one film over two to four, and back. */
  function nextLayout(): void {
    if (preferences.values.layout === 'single') {
      preferences.values.layout = 'pair'
      lateral.value = false
    } else if (!lateral.value) lateral.value = true
    else {
      preferences.values.layout = 'single'
      lateral.value = false
    }
  }

  /** One film in place of two, or the other study in the same place. */
  function toggleInPlace(): void {
    if (preferences.values.layout === 'pair') preferences.values.layout = 'single'
    else single.value = single.value === 'current' ? 'prior' : 'current'
  }

  /** Hangs an older (1) or a newer (-1) study as the prior; stops at the ends. */
  function stepPrior(by: 1 | -1): void {
    const at = others.value.findIndex((study) => study.uid === priorStudy.value?.uid)
    const to = others.value[Math.min(others.value.length - 1, Math.max(0, at + by))]
    if (to !== undefined) priorUid.value = to.uid
  }

  /** Files a film as the other view, or puts the last one back from an empty place. */
  async function correctView(one: Slot): Promise<void> {
    const back = moved.value
    if (one.film !== null) await fileAs(one.film, one.projection === 'frontal' ? 'lateral' : 'frontal')
    else if (back !== null) await fileAs(back.film, back.from)
  }

  /** The wall follows at once, and so does every later opening. */
  async function fileAs(film: Film, view: 'frontal' | 'lateral'): Promise<void> {
    const caseId = cases.current?.id
    if (caseId === undefined) return
    const reader = preferences.readerName()
    const done = await notices.attempt(async () => {
      await services.main.call('film.correctView', { hash: film.hash, view, reader })
      const [corrected, studies] = await Promise.all([
        services.main.call('case.get', { caseId }), services.main.call('case.others', { caseId }),
      ])
      if (cases.current?.id !== caseId) return false
      cases.replace(corrected)
      others.value = studies
      moved.value = { film, from: view === 'frontal' ? 'lateral' : 'frontal' }
      return true
    })
    if (done !== true) return
    const written = cases.baseline === null ? '' : ' The findings here were written with the films as filed before.'
    const stated = film.viewPosition || 'nothing'
    notices.show('done', `Filed as ${view}, and remembered; the file says ${stated}.${written}`)
  }

  return {
    lateral, single, others, priorUid, priorStudy, rows, slots, layout, active, pointed, moved, nextLayout,
    toggleInPlace, stepPrior, correctView,
  }
})
