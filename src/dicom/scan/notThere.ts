import type { Scanned } from './scanPaths.ts'

/** A file that a DICOMDIR lists and nobody found. */
export function notThere(name: string): Scanned {
  return { kind: 'skipped', name, refused: true, reason: 'The DICOMDIR lists this file, but it is not there: copy the medium again.' }
}
