import { seededSample } from '../../compute/evaluate/seededSample.ts'

/**
 * Which `size` of `readers` judge each of `items` items, by their numbers from 0. Every choice of readers is used as
 * often as any other, give or take one: a balanced incomplete block design whenever the items are a multiple of the
 * number of choices (Cochran and Cox, Experimental Designs, 2nd ed. 1957, chapter 11); the rest are chosen so that no
 * reader and no pair of readers has more than the others by more than they must.
 */
export function blocksOfReaders(
  readers: number, size: number, items: number, seed: number,
): readonly (readonly number[])[] {
  const everyone = Array.from({ length: readers }, (_, reader) => reader)
  if (size >= readers) return Array.from({ length: items }, () => everyone)
  const choices = choicesOf(readers, size)
  if (choices === null) return byTurns(readers, size, items, seed)
  const load = new Array<number>(readers).fill(0)
  const pairs = new Array<number>(readers * readers).fill(0)
  const blocks: (readonly number[])[] = []
  let round = 0
  while (blocks.length < items) {
    let open = [...seededSample(choices, choices.length, seed + round++)]
    while (open.length > 0 && blocks.length < items) {
      const best = lightest(open, readers, load, pairs)
      for (const reader of best) {
        load[reader]! += 1
        for (const other of best) pairs[reader * readers + other]! += 1
      }
      blocks.push(best)
      open = open.filter((choice) => choice !== best)
    }
  }
  return blocks
}

/** More choices than this are not listed. */
const MOST_CHOICES = 1000

/** Every choice of `size` readers, in lexicographic order; null when there are too many to list. */
function choicesOf(readers: number, size: number): readonly (readonly number[])[] | null {
  let choices: (readonly number[])[] = [[]]
  for (let place = 0; place < size; place++) {
    choices = choices.flatMap((choice) => {
      const next = (choice.at(-1) ?? -1) + 1
      return Array.from({ length: readers - next }, (_, step) => [...choice, next + step])
    })
    if (choices.length > 20 * MOST_CHOICES) return null
  }
  return choices.length > MOST_CHOICES ? null : choices
}

/** With many readers: a shuffled round of them, cut into blocks, again and again; loads stay equal. */
function byTurns(readers: number, size: number, items: number, seed: number): readonly (readonly number[])[] {
  const everyone = Array.from({ length: readers }, (_, reader) => reader)
  let queue: number[] = []
  return Array.from({ length: items }, (_, at) => {
    const block: number[] = []
    while (block.length < size) {
      if (queue.length === 0) queue = [...seededSample(everyone, readers, seed + at)]
      const place = queue.findIndex((reader) => !block.includes(reader))
      if (place < 0) queue = [...queue, ...seededSample(everyone, readers, seed + at + 1)]
      else block.push(...queue.splice(place, 1))
    }
    return block.sort((a, b) => a - b)
  })
}

/** The choice whose readers, and then whose pairs of readers, have the least so far; the first of equals. */
function lightest(
  open: readonly (readonly number[])[], readers: number, load: readonly number[], pairs: readonly number[],
): readonly number[] {
  let best: { readonly choice: readonly number[]; readonly cost: number } | null = null
  for (const choice of open) {
    let cost = 0
    for (const reader of choice) {
      cost += 1e6 * load[reader]!
      for (const other of choice) if (other > reader) cost += pairs[reader * readers + other]!
    }
    if (best === null || cost < best.cost) best = { choice, cost }
  }
  return best!.choice
}
