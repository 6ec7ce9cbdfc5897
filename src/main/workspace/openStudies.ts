import type { InstanceFacts } from '../../shared/contracts/dicom.ts'

interface OpenStudy {
  readonly films: InstanceFacts[]
  readonly folders: Set<string>
}

/** Most films that are held back; beyond that every study is taken as complete. */
const MOST_FILMS = 20_000

/**
 * The studies of a running import of which more films may come. A study is complete when the scan reads a film of
 * another study in a folder where none of its films lay: folders of studies, of series, and flat folders with many
 * studies mixed all end up with whole studies.
 */
export class OpenStudies {
  readonly #studies = new Map<string, OpenStudy>()
  #films = 0

  /** Takes a film and returns the studies that are complete now. `name` is its path as it is shown. */
  add(film: InstanceFacts, name: string): readonly (readonly InstanceFacts[])[] {
    const folder = name.slice(0, Math.max(0, name.lastIndexOf('/')))
    const complete = this.#films >= MOST_FILMS ? this.end() : this.#leave(folder, film.studyInstanceUid)
    const open = this.#studies.get(film.studyInstanceUid) ?? { films: [], folders: new Set() }
    open.films.push(film)
    open.folders.add(folder)
    this.#studies.set(film.studyInstanceUid, open)
    this.#films += 1
    return complete
  }

  /** All that are still open. */
  end(): readonly (readonly InstanceFacts[])[] {
    const rest = [...this.#studies.values()].map(({ films }) => films)
    this.#studies.clear()
    this.#films = 0
    return rest
  }

  #leave(folder: string, study: string): readonly (readonly InstanceFacts[])[] {
    const left = [...this.#studies].filter(([uid, { folders }]) => uid !== study && !folders.has(folder))
    for (const [uid, { films }] of left) {
      this.#studies.delete(uid)
      this.#films -= films.length
    }
    return left.map(([, { films }]) => films)
  }
}
