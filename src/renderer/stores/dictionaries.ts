import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { HookReport, WorkStep } from '../../shared/contracts/dictionaries.ts'
import { ROW_NUMBER, type ColumnMap, type DictionaryFacts, type TablePreview } from '../../shared/domain/dictionary.ts'
import { toErrorData } from '../../shared/errors.ts'
import { useServices } from '../services.ts'
import { useNotices } from './notices.ts'

/** What stands for the model's own dictionary. */
export const OWN = 'embedded'
/** Cases a hook is measured on. */
const CASES = 6

/** A dictionary that is about to be added. */
export interface Draft {
  readonly path: string
  name: string
  /** Empty: what its files say. */
  layer: string
  readonly table: string | null
}

/** The dictionaries of the workspace: the list, one that is being added, and where one reads the model. */
export const useDictionaries = defineStore('dictionaries', () => {
  const services = useServices()
  const notices = useNotices()
  const open = ref(false)
  const list = shallowRef<readonly DictionaryFacts[]>([])
  const current = ref(OWN)
  const cursor = ref(OWN)
  const draft = ref<Draft | null>(null)
  const map = shallowRef<ColumnMap>({})
  const preview = shallowRef<TablePreview | null>(null)
  const report = shallowRef<HookReport | null>(null)
  const marked = ref(0)
  const step = shallowRef<WorkStep | null>(null)
  let running: AbortController | null = null

  const chosen = computed(() => list.value.find(({ id }) => id === cursor.value) ?? null)
  const busy = computed(() => step.value !== null)

  async function refresh(): Promise<void> {
    const found = await notices.attempt(() => services.main.call('dictionary.list', {}))
    if (found === undefined) return
    list.value = found.dictionaries
    current.value = found.current
    if (cursor.value !== OWN && chosen.value === null) cursor.value = OWN
  }

  async function show(): Promise<void> {
    open.value = true
    await refresh()
    cursor.value = current.value
  }

  /** Closes what is open in the panel: first the draft, then the evidence, then the panel itself. */
  function close(): void {
    if (busy.value) running?.abort()
    else if (draft.value !== null) draft.value = null
    else if (report.value !== null) report.value = null
    else open.value = false
  }

  function move(by: 1 | -1): void {
    if (report.value !== null) {
      marked.value = Math.min(report.value.evidence.length - 1, Math.max(0, marked.value + by))
      return
    }
    const ids = [OWN, ...list.value.map(({ id }) => id)]
    cursor.value = ids[Math.min(ids.length - 1, Math.max(0, ids.indexOf(cursor.value) + by))] ?? OWN
  }

  /** Long work with its steps shown; another press of its key ends it. */
  async function work<T>(
    first: string, start: (options: { signal: AbortSignal; onEvent: (event: WorkStep) => void }) => Promise<T>,
  ): Promise<T | undefined> {
    if (running !== null) {
      running.abort()
      return undefined
    }
    running = new AbortController()
    step.value = { step: first, done: 0, total: 0 }
    try {
      const { signal } = running
      return await notices.attempt(() => start({ signal, onEvent: (event) => (step.value = event) }))
    } finally {
      running = null
      step.value = null
    }
  }

  async function choose(): Promise<void> {
    const path = await notices.attempt(() => services.main.call('dictionary.choose', { what: 'weights' }))
    if (path == null) return
    draft.value = { path, name: '', layer: '', table: null }
    preview.value = null
    map.value = {}
    report.value = null
  }

  async function chooseTable(): Promise<void> {
    const path = await notices.attempt(() => services.main.call('dictionary.choose', { what: 'interpretations' }))
    if (path == null || draft.value === null) return
    draft.value = { ...draft.value, table: path }
    map.value = {}
    await look()
  }

  /** Reads the table with a column in another place. An empty column leaves the field to the guess. */
  async function setColumn(field: keyof ColumnMap, column: string, divisor: number): Promise<void> {
    const { [field]: _, ...others } = map.value
    map.value = column === '' ? others : { ...others, [field]: { column, divisor } }
    await look()
  }

  async function look(): Promise<void> {
    const path = draft.value?.table
    if (path == null) return
    const given = map.value
    try {
      const found = await services.main.call('dictionary.preview', { path, map: given })
      if (map.value === given) preview.value = found
    } catch (thrown) {
      const { message, mend } = toErrorData(thrown)
      preview.value = { columns: [], rows: 0, map: {}, first: [], problem: mend === null ? message : `${message} ${mend}` }
    }
  }

  async function add(): Promise<void> {
    const asked = draft.value
    if (asked === null || busy.value) return
    const { path, name, layer, table } = asked
    const facts = await work('Reading the dictionary', (options) => services.main.call('dictionary.add', {
      path, name: name.trim() || null, layer: layer.trim() === '' ? null : Number(layer),
      interpretations: table === null ? null : { path: table, map: map.value },
    }, options))
    if (facts === undefined) return
    draft.value = null
    await refresh()
    cursor.value = facts.id
  }

  async function calibrate(): Promise<void> {
    const id = cursor.value
    if (id === OWN) return
    const found = await work('Opening the model', (options) =>
      services.main.call('dictionary.calibrate', { id, settle: null, cases: CASES }, options))
    if (found === undefined) return
    report.value = found
    marked.value = 0
  }

  /** Has the dictionary read where the marked line says, with what the cases show of its features. */
  async function settle(): Promise<void> {
    const hook = report.value?.evidence[marked.value]?.hook
    const id = report.value?.facts.id
    if (hook === undefined || id === undefined) return
    const kept = await work('Opening the model', (options) =>
      services.main.call('dictionary.calibrate', { id, settle: hook, cases: CASES }, options))
    if (kept === undefined) return
    report.value = null
    await refresh()
  }

  async function use(): Promise<void> {
    const id = cursor.value
    await work('Opening the model with it', (options) => services.main.call('dictionary.use', { id }, options))
    await refresh()
  }

  async function remove(): Promise<void> {
    if (chosen.value === null) return
    const { id } = chosen.value
    await notices.attempt(() => services.main.call('dictionary.remove', { id }))
    await refresh()
  }

  return {
    open, list, current, cursor, chosen, draft, map, preview, report, marked, step, busy, ROW_NUMBER,
    show, close, move, choose, chooseTable, setColumn, add, calibrate, settle, use, remove,
  }
})
