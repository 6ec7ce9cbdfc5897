import type { Lut } from '../header/instanceHeader.ts'

/** The entry for an input; inputs below the first or above the last mapped take that entry (PS3.3 C.11.1.1.1). */
export function lookUp(lut: Lut, input: number): number {
  const index = Math.round(input) - lut.firstInput
  return lut.entries[Math.min(lut.entries.length - 1, Math.max(0, index))] ?? 0
}
