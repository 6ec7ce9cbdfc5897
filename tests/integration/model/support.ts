import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { APP_FILM } from '../../../scripts/model/phantomFilms.ts'
import type { PhantomReaderOptions } from '../../../scripts/model/phantomReader.ts'

/** HILUM_RESOURCES names a folder with other weights, to see what they reach before they are committed. */
const RESOURCES = process.env.HILUM_RESOURCES ?? fileURLToPath(new URL('../../../resources', import.meta.url))

/** The committed weights, read as the app reads them. Drawn films are kept between runs. */
export const EMBEDDED: PhantomReaderOptions = {
  modelDir: join(RESOURCES, 'model'),
  dictionaryDir: join(RESOURCES, 'dictionary'),
  cacheDir: join(tmpdir(), 'hilum-phantoms'),
  film: APP_FILM,
}
export const PROCESSES = 2

/** False, with a message, where the embedded model is not in the working tree. */
export function embeddedIsHere(): boolean {
  const here = existsSync(join(EMBEDDED.modelDir, 'config.json')) && existsSync(join(EMBEDDED.dictionaryDir, 'features.json'))
  if (!here) console.log('Skipped: resources/model and resources/dictionary are not there, so there are no bars to check.')
  return here
}

/** Seeds below 1,000,000 were never trained on. */
export function heldOut(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => first + i)
}

interface Bar {
  readonly what: string
  readonly value: number | null
  readonly bar: number
  /** What the committed weights reach, less a margin: counts while the bar is short. */
  readonly measured: number
  /** `most`: the value may not be greater. */
  readonly side?: 'least' | 'most'
}

/** Holds a value to its bar; where the committed weights are known to be short of it, to what they reach. */
export function holdToBar({ what, value, bar, measured, side = 'least' }: Bar): void {
  const good = (limit: number): boolean => value !== null && (side === 'least' ? value >= limit : value <= limit)
  const sign = side === 'least' ? '>=' : '<='
  const shown = value === null ? 'undefined' : Number(value.toFixed(4))
  console.log(`${good(bar) ? 'bar met     ' : 'SHORT OF BAR'}  ${what}: ${shown} (bar ${sign} ${bar})`)
  // Where the bar is within reach of the measured level, only the bar will do.
  const reached = side === 'least' ? measured >= bar : measured <= bar
  const limit = reached ? bar : measured
  expect(good(limit), `${what}: ${shown}, wanted ${sign} ${limit}`).toBe(true)
}
