/** Sums over residual rows, from which the quality of a dictionary follows. Add rows in any order and any pieces. */
export class Reconstruction {
  readonly #sum: Float64Array
  #squares = 0
  #errors = 0
  #active = 0
  #rows = 0

  constructor(width: number) {
    this.#sum = new Float64Array(width)
  }

  /** @param rows residuals [n, d], `rebuilt` the dictionary's reconstruction of them, `codes` its activations [n, F] */
  add(rows: Float32Array, rebuilt: Float32Array, codes: Float32Array): void {
    const width = this.#sum.length
    for (let i = 0; i < rows.length; i++) {
      const value = rows[i] as number
      const error = value - (rebuilt[i] as number)
      this.#sum[i % width] = (this.#sum[i % width] as number) + value
      this.#squares += value * value
      this.#errors += error * error
    }
    for (const code of codes) if (code > 0) this.#active++
    this.#rows += rows.length / width
  }

  get rows(): number {
    return this.#rows
  }

  /** Mean number of active features. */
  get meanActive(): number {
    return this.#active / this.#rows
  }

  /** Squared error over the squared distance from the mean residual: 0 is perfect, 1 is no better than the mean. */
  get unexplainedVariance(): number {
    const ofMean = this.#sum.reduce((total, sum) => total + sum * sum, 0) / this.#rows
    return this.#errors / (this.#squares - ofMean)
  }
}
