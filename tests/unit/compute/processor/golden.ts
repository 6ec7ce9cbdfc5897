import { readFileSync } from 'node:fs'

/** A JSON file of tests/golden/processor, written by training/oracle/processor.py. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../golden/processor/${name}`, import.meta.url), 'utf8')) as T
}
