/** One measured number. `peer` is somebody else's figure in the same unit, `bar` what Hilum asks of itself. */
export interface Row {
  readonly group: string
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly peer: number | null
  /** value / peer; null without one. */
  readonly ratio: number | null
  readonly bar: number | null
  /** Null without a bar. */
  readonly pass: boolean | null
}

/** Whether a smaller or a larger value is better. */
export type Better = 'less' | 'more'

/** Makes a row and judges it against its bar. */
export function row(
  group: string, name: string, value: number, unit: string,
  { peer = null, bar = null, better = 'less' }: { peer?: number | null; bar?: number | null; better?: Better } = {},
): Row {
  const ratio = peer === null ? null : Number((value / peer).toPrecision(3))
  const pass = bar === null ? null : better === 'less' ? value <= bar : value >= bar
  return { group, name, value: Number(value.toPrecision(4)), unit, peer, ratio, bar, pass }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Milliseconds that each call took, after one that is not counted. */
export function timed(times: number, work: (round: number) => void): readonly number[] {
  work(0)
  return Array.from({ length: times }, (_, round) => {
    const began = performance.now()
    work(round + 1)
    return performance.now() - began
  })
}
