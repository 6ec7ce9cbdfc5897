import { median } from '../row.ts'

/** Figures by name; what counts is the median. */
export class Figures {
  readonly #all = new Map<string, number[]>()

  add(name: string, value: number): void {
    this.#all.set(name, [...(this.#all.get(name) ?? []), value])
  }

  of(name: string): number | null {
    const values = this.#all.get(name)
    return values === undefined ? null : median(values)
  }
}
