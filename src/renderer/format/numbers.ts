/** A share from 0 to 1 as per cent, with more digits where it is small: `62 %`, `1.2 %`, `0.03 %`. */
export function percent(share: number): string {
  const value = share * 100
  const digits = value >= 10 || value === 0 ? 0 : value >= 1 ? 1 : 2
  return `${value.toFixed(digits)} %`
}

/** A strength in units of the feature's maximum activation, always signed: `+6.0`, `−0.37`. */
export function strengthText(strength: number): string {
  const sign = strength > 0 ? '+' : strength < 0 ? '\u2212' : ''
  const hundredths = Math.round(Math.abs(strength) * 100)
  return `${sign}${(hundredths / 100).toFixed(hundredths % 10 === 0 ? 1 : 2)}`
}

/** Milliseconds as a reader would say them: `840 ms`, `3.2 s`, `1 min 05 s`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}

/** Bytes in decimal units: `812 B`, `14 kB`, `3.1 MB`, `27.5 GB`. */
export function byteText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`
  return `${(bytes / 1e9).toFixed(1)} GB`
}

/** What steering a feature was measured to do, said honestly. */
export function effectText(success: number | null): string {
  if (success === null) return 'steering not measured'
  if (success < 0.005) return 'no measured effect'
  return `steers ${percent(success)} of cases`
}
