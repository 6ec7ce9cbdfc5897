/** What stands where an identifier is hidden; as long as a name, so that nothing moves. */
const HIDDEN = '••••••••'

export function shielded(text: string, privacy: boolean): string {
  return privacy ? HIDDEN : text
}

/** A DICOM person name (PS3.5 6.2, PN) as it is read: `DOE^JANE^A` becomes `DOE, JANE A`. */
export function personName(name: string): string {
  const [family = '', ...given] = (name.split('=')[0] ?? '').split('^').map((part) => part.trim())
  const rest = given.filter((part) => part !== '').join(' ')
  return [family, rest].filter((part) => part !== '').join(', ') || 'No name'
}

/** Patient's Sex (0010,0040) in a word. */
export function sexInWords(sex: string | null): string {
  return { F: 'female', M: 'male', O: 'other' }[sex ?? ''] ?? 'sex not stated'
}
