import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { FeatureTarget, Target } from '../../shared/domain/target.ts'
import { useServices } from '../services.ts'
import { useCase } from './case.ts'
import { useNotices } from './notices.ts'
import { usePreferences } from './preferences.ts'

/** What the rules take features to stand for, as far as it was looked up, and the one that is being changed. */
export const useTargets = defineStore('targets', () => {
  const services = useServices()
  const notices = useNotices()
  const preferences = usePreferences()
  const cases = useCase()
  const known = shallowRef<ReadonlyMap<number, FeatureTarget>>(new Map())
  /** The feature whose target is open for a change. */
  const editing = ref<number | null>(null)

  const put = (target: FeatureTarget): void => void (known.value = new Map(known.value).set(target.feature, target))

  /** Looks a feature's target up; without a model there is none to know. */
  async function learn(feature: number): Promise<void> {
    if (known.value.has(feature)) return
    const found = await services.main.call('target.get', { feature }).catch(() => null)
    if (found !== null) put(found)
  }

  function edit(feature: number): void {
    if (known.value.has(feature)) editing.value = feature
  }

  /** Keeps the reader's target (null takes it back); the verdicts by rule of the feature's runs follow it. */
  async function keep(feature: number, target: Target | null): Promise<boolean> {
    const kept = await notices.attempt(() =>
      services.main.call('target.set', { feature, target, reader: preferences.readerName() }))
    if (kept === undefined) return false
    put(kept)
    editing.value = null
    await notices.attempt(() => cases.reload())
    return true
  }

  return { known, editing, learn, edit, keep }
})
