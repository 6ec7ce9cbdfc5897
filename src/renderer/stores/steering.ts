import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { FeatureRow, KeptGeneration } from '../../shared/contracts/main.ts'
import { isBaseline, type Intervention } from '../../shared/domain/intervention.ts'
import { useServices } from '../services.ts'
import type { TextSide } from '../text/segments.ts'
import { tokenOfWord, wordsOf } from '../text/words.ts'
import { useCase } from './case.ts'
import { gridStrength, interventionOf, MOST_TERMS, type ChosenFeature } from './chosenFeatures.ts'
import { useNotices } from './notices.ts'

export type FeatureTab = 'case' | 'word' | 'search'
const LIST_LENGTH = 60

/** The feature panel: what is listed, the word under the cursor, and the intervention being put together. */
export const useSteering = defineStore('steering', () => {
  const services = useServices()
  const notices = useNotices()
  const cases = useCase()
  const tab = ref<FeatureTab>('case')
  const query = ref('')
  const rows = shallowRef<readonly FeatureRow[]>([])
  const listing = ref(false)
  const side = ref<TextSide>('baseline')
  const word = ref<number | null>(null)
  const chosen = shallowRef<ReadonlyMap<number, ChosenFeature>>(new Map())
  /** Interpretations by feature, as far as they were looked up. */
  const names = shallowRef<ReadonlyMap<number, string>>(new Map())
  const method = ref<Intervention['method']>('add')
  const positions = ref<Intervention['positions']>('generated')
  let asked = 0

  const generation = computed<KeptGeneration | null>(() =>
    side.value === 'steered' ? (cases.comparison?.steered ?? null) : cases.left,
  )
  const words = computed(() => wordsOf(generation.value?.generation.text ?? ''))
  const wordText = computed(() => {
    const span = word.value === null ? undefined : words.value[word.value]
    return span === undefined ? null : (generation.value?.generation.text.slice(span.start, span.end) ?? null)
  })
  const intervention = computed(() => interventionOf([...chosen.value.values()], method.value, positions.value))
  const steers = computed(() => !isBaseline(intervention.value))

  function ask(): Promise<FeatureRow[]> {
    const from = generation.value
    if (tab.value === 'search') return services.main.call('feature.search', { query: query.value, limit: LIST_LENGTH })
    if (from === null) return Promise.resolve([])
    if (tab.value === 'case')
      return services.main.call('feature.active', { generationId: from.id, token: null, limit: LIST_LENGTH })
    const span = word.value === null ? undefined : words.value[word.value]
    const token = span === undefined ? null : tokenOfWord(from.generation.tokens, span)
    if (token === null) return Promise.resolve([])
    return services.main.call('feature.active', { generationId: from.id, token, limit: LIST_LENGTH })
  }

  /** Fills the list for the open tab. A slower answer to an earlier question is dropped. */
  async function list(): Promise<void> {
    const mine = (asked += 1)
    listing.value = true
    const found = await notices.attempt(ask)
    if (mine !== asked) return
    listing.value = false
    rows.value = found ?? []
  }
  watch(
    [
      tab,
      query,
      () => (tab.value === 'search' ? null : generation.value?.id),
      () => (tab.value === 'word' ? word.value : null),
    ],
    () => void list(),
  )

  /** Moves the word cursor, from one end of the text to the other, and shows the word's features. */
  function moveWord(by: number): void {
    if (words.value.length === 0) return
    const from = word.value ?? (by > 0 ? -1 : words.value.length)
    pickWord(side.value, Math.min(words.value.length - 1, Math.max(0, from + by)))
  }

  function pickWord(on: TextSide, index: number): void {
    side.value = on
    word.value = index
    tab.value = 'word'
  }

  function changeSide(): void {
    if (cases.comparison === null) return
    side.value = side.value === 'baseline' ? 'steered' : 'baseline'
    word.value = word.value === null ? null : Math.min(word.value, words.value.length - 1)
  }

  function strengthOf(feature: number): number {
    return chosen.value.get(feature)?.strength ?? 0
  }

  /** Sets a strength, which puts the feature into the intervention. */
  function setStrength(row: FeatureRow, strength: number): void {
    if (!chosen.value.has(row.index) && chosen.value.size >= MOST_TERMS) {
      notices.show('error', `An intervention holds ${MOST_TERMS} features at most.`, 'Take one out first.')
      return
    }
    chosen.value = new Map(chosen.value).set(row.index, { row, strength: gridStrength(strength) })
  }

  /** Takes a feature out, or puts it in at the strength that was measured to steer best (0 where none was). */
  async function toggle(row: FeatureRow): Promise<void> {
    if (chosen.value.has(row.index)) return remove(row.index)
    setStrength(row, 0)
    const feature = await notices.attempt(() => services.main.call('feature.get', { index: row.index }))
    const untouched = chosen.value.get(row.index)?.strength === 0
    if (feature !== undefined && feature.effect !== null && untouched) setStrength(row, feature.effect.strength)
  }

  function remove(feature: number): void {
    const next = new Map(chosen.value)
    next.delete(feature)
    chosen.value = next
  }

  function clear(): void {
    chosen.value = new Map()
  }

  /** Looks up what features stand for; one that cannot be had goes by its number. */
  async function learnNames(features: readonly number[]): Promise<void> {
    for (const index of features.filter((feature) => !names.value.has(feature))) {
      const found = await services.main.call('feature.get', { index }).catch(() => null)
      if (found !== null) names.value = new Map(names.value).set(index, found.interpretation)
    }
  }

  /** A new case begins without a word under the cursor; the intervention stays, to be tried on it as well. */
  function leaveCase(): void {
    word.value = null
    side.value = 'baseline'
    if (tab.value === 'word') tab.value = 'case'
  }

  return {
    tab,
    query,
    rows,
    listing,
    side,
    word,
    words,
    wordText,
    chosen,
    names,
    learnNames,
    method,
    positions,
    intervention,
    steers,
    list,
    moveWord,
    pickWord,
    changeSide,
    strengthOf,
    setStrength,
    toggle,
    remove,
    clear,
    leaveCase,
  }
})
