/** Longest name shown of a file. */
const LONGEST = 200

/**
 * A name as it may be shown: relative, forward slashes, no `..`, no control or direction-changing characters. Names
 * out of archives and folders are only ever shown, never used as a path.
 */
export function displayName(...parts: readonly string[]): string {
  const segments = parts.flatMap((part) => part.split(/[\\/]+/)).filter((part) => part !== '' && part !== '.' && part !== '..')
  const name = segments.join('/').replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?')
  return name.length <= LONGEST ? name : `…${name.slice(name.length - LONGEST + 1)}`
}
