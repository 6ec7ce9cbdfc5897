import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { KeptEdit } from '../../shared/contracts/main.ts'

/** What the contract allows in one note, in UTF-16 units. */
export const LONGEST_NOTE = 4000

const keptNote = (edit: KeptEdit): string => edit.reader?.verdict.note ?? ''

/** Notes on edits: what is kept with the verdict, and over it what the reader has typed and not recorded yet. */
export const useNotes = defineStore('notes', () => {
  const typed = shallowRef<ReadonlyMap<string, string>>(new Map())
  /** True while the field has the focus. */
  const writing = ref(false)

  /** The note as its field shows it. */
  function textOf(edit: KeptEdit): string {
    return typed.value.get(edit.id) ?? keptNote(edit)
  }

  /** The note as a verdict keeps it. */
  function noteOf(edit: KeptEdit): string {
    return textOf(edit).trim()
  }

  function isUnsaved(edit: KeptEdit): boolean {
    return noteOf(edit) !== keptNote(edit)
  }

  function type(edit: KeptEdit, text: string): void {
    typed.value = new Map(typed.value).set(edit.id, text)
  }

  /** Drops what was typed once it is kept; what was typed in the meantime stays. */
  function settle(editId: string, note: string): void {
    if (typed.value.get(editId)?.trim() !== note) return
    const next = new Map(typed.value)
    next.delete(editId)
    typed.value = next
  }

  return { writing, textOf, noteOf, isUnsaved, type, settle }
})
