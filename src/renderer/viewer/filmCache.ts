import type { ViewerFilm } from '../../shared/contracts/dicom.ts'

/** The films last looked at, by content hash, so that toggling and going back cost nothing. */
export class FilmCache {
  readonly #fetch: (hash: string) => Promise<ViewerFilm>
  readonly #capacity: number
  readonly #films = new Map<string, Promise<ViewerFilm>>()

  /** `capacity` counts films; one of 2,500 x 3,000 pixels holds 15 MB and its pyramid 5 MB more. */
  constructor(fetch: (hash: string) => Promise<ViewerFilm>, capacity = 8) {
    this.#fetch = fetch
    this.#capacity = capacity
  }

  /** The film of a hash, from memory or fetched once. A failed fetch is forgotten, so that it can be tried again. */
  get(hash: string): Promise<ViewerFilm> {
    const known = this.#films.get(hash)
    this.#films.delete(hash)
    const film = known ?? this.#fetch(hash)
    this.#films.set(hash, film)
    film.catch(() => {
      if (this.#films.get(hash) === film) this.#films.delete(hash)
    })
    for (const oldest of this.#films.keys()) {
      if (this.#films.size <= this.#capacity) break
      this.#films.delete(oldest)
    }
    return film
  }
}
