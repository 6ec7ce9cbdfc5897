import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { FeatureRow } from '../../shared/contracts/main.ts'
import { useServices } from '../services.ts'
import type { FilmActivations } from '../../shared/contracts/compute.ts'
import { useCase } from './case.ts'
import { useNotices } from './notices.ts'

/** Where one feature fires: over the films, and on the words of the findings. */
export const useFeatureMap = defineStore('feature map', () => {
  const services = useServices()
  const notices = useNotices()
  const cases = useCase()
  const shown = ref(false)
  /** The feature that the pointer or the focus came to last. */
  const feature = shallowRef<FeatureRow | null>(null)
  const maps = shallowRef<readonly FilmActivations[]>([])
  const reading = ref(false)
  let asked = 0

  const strongest = computed(() =>
    maps.value.reduce((most, map) => map.activations.reduce((a, b) => Math.max(a, b), most), 0),
  )

  // A slower answer for an earlier feature is dropped.
  watch([shown, () => feature.value?.index, () => cases.current?.id], async ([on, index, caseId]) => {
    const mine = (asked += 1)
    maps.value = []
    reading.value = false
    if (!on || index === undefined || caseId === undefined) return
    reading.value = true
    const found = await notices.attempt(() => services.main.call('feature.onFilms', { caseId, feature: index }))
    if (mine !== asked) return
    reading.value = false
    maps.value = found?.films ?? []
    if (found === undefined) shown.value = false
  })

  /** Names the feature to be shown; without one the last stays. */
  function look(row: FeatureRow | null): void {
    if (row !== null) feature.value = row
  }

  return {
    shown,
    feature,
    maps,
    reading,
    strongest,
    look,
    mapOf: (hash: string) => maps.value.find((map) => map.hash === hash) ?? null,
    toggle: () => (shown.value = !shown.value),
  }
})
