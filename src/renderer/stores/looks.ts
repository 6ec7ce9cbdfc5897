import { defineStore } from 'pinia'
import { useServices } from '../services.ts'
import { CaseLook, FilmLook, readLook } from '../viewer/look.ts'
import { useNotices } from './notices.ts'

/** A change is kept this long after the last one, so that a drag is one write. */
const DELAY_MS = 150

/** Keeps how films and cases are looked at, and gives it back when they are opened again. */
export const useLooks = defineStore('looks', () => {
  const services = useServices()
  const notices = useNotices()
  const waiting = new Map<string, { body: string; timer: ReturnType<typeof setTimeout> }>()

  async function get(subject: string): Promise<string | undefined> {
    // A look that could not be read costs the reader nothing but the look.
    const found = await services.main.call('look.get', { subjects: [subject] }).catch(() => ({}))
    return (found as Record<string, string>)[subject]
  }

  function write(subject: string): void {
    const entry = waiting.get(subject)
    if (entry === undefined) return
    clearTimeout(entry.timer)
    waiting.delete(subject)
    void notices.attempt(() => services.main.call('look.keep', { subject, body: entry.body }))
  }

  function keep(subject: string, look: FilmLook | CaseLook): void {
    clearTimeout(waiting.get(subject)?.timer)
    waiting.set(subject, { body: JSON.stringify(look), timer: setTimeout(() => write(subject), DELAY_MS) })
  }

  return {
    ofFilm: async (hash: string) => readLook(FilmLook, await get(`film ${hash}`)),
    ofCase: async (caseId: string) => readLook(CaseLook, await get(`case ${caseId}`)),
    keepFilm: (hash: string, look: FilmLook) => keep(`film ${hash}`, look),
    keepCase: (caseId: string, look: CaseLook) => keep(`case ${caseId}`, look),
    /** Writes what still waits, as when a case is left. */
    flush: () => [...waiting.keys()].forEach(write),
  }
})
