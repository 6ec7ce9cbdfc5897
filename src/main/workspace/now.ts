/** The time as it is kept: ISO 8601, UTC, milliseconds. */
export function now(): string {
  return new Date().toISOString()
}
