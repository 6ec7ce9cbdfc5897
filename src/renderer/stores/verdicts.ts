import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { KeptEdit } from '../../shared/contracts/main.ts'
import { REXVAL_CATEGORIES, type RexvalCategory, type Significance, type Verdict } from '../../shared/domain/verdict.ts'
import { useServices } from '../services.ts'
import { useCase } from './case.ts'
import { useNotes } from './notes.ts'
import { useNotices } from './notices.ts'
import { usePreferences } from './preferences.ts'

/** An off-target verdict that still waits for its category or significance; not kept yet, and the screen says so. */
export interface Draft {
  readonly editId: string
  readonly category: RexvalCategory | null
}

/**
 * Whether an edit's verdict is kept; `note` when its note is not. Only `saved` means that all of it survives a power
 * cut.
 */
export type SavedState = 'none' | 'draft' | 'note' | 'saving' | 'saved' | 'failed'

/** The edit under review and what the reader says of it. */
export const useVerdicts = defineStore('verdicts', () => {
  const services = useServices()
  const notices = useNotices()
  const notes = useNotes()
  const preferences = usePreferences()
  const cases = useCase()
  const position = ref(0)
  const draft = shallowRef<Draft | null>(null)
  const busy = ref<ReadonlyMap<string, 'saving' | 'failed'>>(new Map())

  const edits = computed<readonly KeptEdit[]>(() => cases.comparison?.edits ?? [])
  const current = computed(() => edits.value[position.value] ?? null)
  const judged = computed(() => edits.value.filter((edit) => edit.reader !== null).length)
  /** What an open draft asks for next, or null. */
  const asksFor = computed(() =>
    draft.value === null ? null : draft.value.category === null ? 'category' : 'significance',
  )

  // Another comparison begins at its first edit that nobody has judged.
  watch(
    () => cases.comparison?.steered.id,
    () => {
      draft.value = null
      position.value = Math.max(
        0,
        edits.value.findIndex((edit) => edit.reader === null),
      )
    },
  )

  function stateOf(edit: KeptEdit): SavedState {
    if (draft.value?.editId === edit.id) return 'draft'
    const now = busy.value.get(edit.id)
    if (now !== undefined) return now
    if (notes.isUnsaved(edit)) return 'note'
    return edit.reader === null ? 'none' : 'saved'
  }

  function setBusy(id: string, state: 'saving' | 'failed' | null): void {
    const next = new Map(busy.value)
    if (state === null) next.delete(id)
    else next.set(id, state)
    busy.value = next
  }

  /** Moves the review by edits, stopping at both ends. An open draft is saved as far as it goes. */
  async function move(by: number): Promise<void> {
    await settle()
    if (edits.value.length > 0) position.value = Math.min(edits.value.length - 1, Math.max(0, position.value + by))
  }

  async function select(index: number): Promise<void> {
    await settle()
    const found = edits.value.findIndex((edit) => edit.index === index)
    if (found >= 0) position.value = found
  }

  /** Keeps a verdict. The state turns to `saved` only when the main process has it on the disk. */
  async function record(edit: KeptEdit, verdict: Verdict): Promise<boolean> {
    setBusy(edit.id, 'saving')
    try {
      const kept = await services.main.call('verdict.record', {
        editId: edit.id,
        verdict,
        reader: preferences.readerName(),
      })
      cases.replaceEdit(kept)
      notes.settle(edit.id, verdict.note)
      setBusy(edit.id, null)
      return true
    } catch (thrown) {
      setBusy(edit.id, 'failed')
      notices.report(thrown)
      return false
    }
  }

  /** On-target and neutral are kept at once and the next unjudged edit comes up; off-target opens a draft. */
  async function judge(value: Verdict['value']): Promise<void> {
    const edit = current.value
    if (edit === null) return
    if (value === 'off-target') {
      draft.value = { editId: edit.id, category: null }
      return
    }
    draft.value = null
    await keep(edit, { value, category: null, significance: null, note: notes.noteOf(edit) })
  }

  function chooseCategory(number: number): void {
    const category = REXVAL_CATEGORIES[number - 1]
    if (draft.value !== null && category !== undefined) draft.value = { ...draft.value, category }
  }

  /** Completes an off-target draft and keeps it; null leaves the significance open. */
  async function finish(significance: Significance | null): Promise<void> {
    const open = draft.value
    const edit = edits.value.find((candidate) => candidate.id === open?.editId)
    draft.value = null
    if (open === null || edit === undefined) return
    await keep(edit, { value: 'off-target', category: open.category, significance, note: notes.noteOf(edit) })
  }

  /** Saves an open draft as far as it goes, so that moving on loses nothing. */
  async function settle(): Promise<void> {
    const open = draft.value
    const edit = edits.value.find((candidate) => candidate.id === open?.editId)
    draft.value = null
    if (open !== null && edit !== undefined) {
      const note = notes.noteOf(edit)
      await record(edit, { value: 'off-target', category: open.category, significance: null, note })
    }
  }

  /**
   * Keeps the typed note as a new version of the standing verdict, and stays at the edit. Without one, or with an
   * open draft, the note waits and is kept with the verdict that comes.
   */
  async function recordNote(): Promise<void> {
    const edit = current.value
    if (edit === null || edit.reader === null || draft.value !== null || !notes.isUnsaved(edit)) return
    await record(edit, { ...edit.reader.verdict, note: notes.noteOf(edit) })
  }

  async function keep(edit: KeptEdit, verdict: Verdict): Promise<void> {
    const kept = await record(edit, verdict)
    if (!kept || current.value?.id !== edit.id) return
    const after = edits.value.findIndex((other, at) => at > position.value && other.reader === null)
    if (after >= 0) position.value = after
  }

  function drop(): void {
    draft.value = null
  }

  async function withdraw(): Promise<void> {
    const edit = current.value
    if (edit === null || edit.reader === null) return
    setBusy(edit.id, 'saving')
    try {
      cases.replaceEdit(
        await services.main.call('verdict.withdraw', { editId: edit.id, reader: preferences.readerName() }),
      )
      setBusy(edit.id, null)
    } catch (thrown) {
      setBusy(edit.id, 'failed')
      notices.report(thrown)
    }
  }

  return {
    edits,
    current,
    position,
    draft,
    asksFor,
    judged,
    stateOf,
    move,
    select,
    judge,
    chooseCategory,
    finish,
    settle,
    recordNote,
    drop,
    withdraw,
  }
})
