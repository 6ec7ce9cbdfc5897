import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { ImportOrder, Sidecar, SidecarPreview } from '../../shared/domain/sidecar.ts'
import type { ImportReport } from '../../shared/contracts/main.ts'
import type { ScanItem } from '../../shared/contracts/dicom.ts'
import type { CaseSummary } from '../../shared/domain/study.ts'
import { useServices } from '../services.ts'
import { useNotices } from './notices.ts'

/** An import under way or just finished. */
export interface ImportRun {
  readonly running: boolean
  readonly films: number
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
  readonly last: string
  readonly report: ImportReport | null
}

/** What was dropped together with a table, and how the table looks. */
export interface TableOffer {
  readonly paths: readonly string[]
  readonly path: string
  readonly preview: SidecarPreview
}

/** The list of cases, what is searched for, which row the cursor is on, and the import. */
export const useWorklist = defineStore('worklist', () => {
  const services = useServices()
  const notices = useNotices()
  const rows = shallowRef<readonly CaseSummary[]>([])
  const loaded = ref(false)
  const search = ref('')
  const cursor = ref<string | null>(null)
  const importRun = shallowRef<ImportRun | null>(null)
  /** Pictures with a table beside them that wait for the reader to say what its columns mean. */
  const offered = shallowRef<TableOffer | null>(null)
  /** The import that was cut off when Hilum last ended. */
  const interrupted = shallowRef<ImportOrder | null>(null)
  let asked = 0
  let importAbort: AbortController | null = null

  /** Lists the cases that match the search. A slower answer to an earlier search is dropped. */
  async function refresh(): Promise<void> {
    const mine = (asked += 1)
    const found = await notices.attempt(() => services.main.call('worklist.list', { search: search.value }))
    if (found === undefined || mine !== asked) return
    rows.value = found
    loaded.value = true
    if (!found.some((row) => row.id === cursor.value)) cursor.value = found[0]?.id ?? null
  }

  const cursorIndex = computed(() => rows.value.findIndex((row) => row.id === cursor.value))

  /** Moves the cursor by rows, stopping at both ends. */
  function move(by: number): void {
    if (rows.value.length === 0) return
    const to = Math.min(rows.value.length - 1, Math.max(0, cursorIndex.value + by))
    cursor.value = rows.value[to]?.id ?? null
  }

  /** The case after (or before) another in the list's order, or null at its end. */
  function neighbour(caseId: string, by: 1 | -1): string | null {
    const at = rows.value.findIndex((row) => row.id === caseId)
    return at < 0 ? null : (rows.value[at + by]?.id ?? null)
  }

  function followItem(item: ScanItem): void {
    const run = importRun.value
    if (run === null) return
    if (item.kind === 'film') importRun.value = { ...run, films: run.films + 1, last: item.name }
    else if (item.kind === 'report') importRun.value = { ...run, last: item.name }
    else {
      const skipped = [...run.skipped, { name: item.name, reason: item.reason }]
      importRun.value = { ...run, skipped, last: item.name }
    }
  }

  async function runImport(
    start: (options: { signal: AbortSignal; onEvent: (item: ScanItem) => void }) => Promise<ImportReport | null>,
  ): Promise<void> {
    if (importRun.value?.running === true) return
    importAbort = new AbortController()
    importRun.value = { running: true, films: 0, skipped: [], last: '', report: null }
    try {
      const report = await start({ signal: importAbort.signal, onEvent: followItem })
      // The main process's list is the whole truth: events may have come from before a reconnect.
      importRun.value =
        report === null ? null : { running: false, films: report.films, skipped: report.skipped, last: '', report }
      if (report !== null && report.cases[0] !== undefined) cursor.value = report.cases[0]
    } catch (thrown) {
      importRun.value = null
      notices.report(thrown)
    } finally {
      importAbort = null
      await refresh()
    }
  }

  /** Imports paths; a table among them is shown first, because only the reader knows what its columns mean. */
  async function importPaths(paths: readonly string[]): Promise<void> {
    const tables = paths.filter((path) => /\.csv$/i.test(path))
    const others = paths.filter((path) => !tables.includes(path))
    const [table] = tables
    if (table !== undefined && tables.length === 1 && others.length > 0) {
      const preview = await notices.attempt(() => services.main.call('import.preview', { path: table }))
      if (preview !== undefined) offered.value = { paths: others, path: table, preview }
    } else if (paths.length > 0) {
      await runImport((options) => services.main.call('import.paths', { paths: [...paths] }, options))
    }
  }

  /** Imports what was offered with its table, read as the reader says; null puts the offer away. */
  async function importOffered(sidecar: Omit<Sidecar, 'path'> | null): Promise<void> {
    const offer = offered.value
    if (sidecar === null) offered.value = null
    if (offer === null || sidecar === null) return
    const order = { paths: [...offer.paths], sidecar: { path: offer.path, ...sidecar } }
    await runImport((options) => services.main.call('import.paths', order, options))
    if (importRun.value !== null) offered.value = null // a table that could not be read stays to be put right
  }

  const importChosen = (kind: 'files' | 'folder'): Promise<void> =>
    runImport((options) => services.main.call('import.choose', { kind }, options))

  /** Asks whether an import was cut off. */
  async function lookForInterrupted(): Promise<void> {
    interrupted.value = (await notices.attempt(() => services.main.call('import.interrupted', {}))) ?? null
  }

  /** Goes on with the import that was cut off: films that are here already are passed over. */
  async function resumeImport(): Promise<void> {
    const order = interrupted.value
    if (order === null) return
    interrupted.value = null
    const { paths, sidecar } = order
    await runImport((options) => services.main.call('import.paths', { paths: [...paths], sidecar }, options))
  }

  /** Stops a running import; returns whether there was one. */
  function cancelImport(): boolean {
    importAbort?.abort()
    return importAbort !== null
  }

  /** Puts the finished import's list away. */
  function closeImport(): void {
    if (importRun.value?.running === false) importRun.value = null
  }

  return {
    rows,
    loaded,
    search,
    cursor,
    cursorIndex,
    importRun,
    interrupted,
    offered,
    importOffered,
    lookForInterrupted,
    resumeImport,
    refresh,
    move,
    neighbour,
    importPaths,
    importChosen,
    cancelImport,
    closeImport,
  }
})
