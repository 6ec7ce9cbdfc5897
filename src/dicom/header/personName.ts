/**
 * A person name (PN, PS3.5 6.2.1) as people write it: `Yamada^Tarou=山田^太郎` becomes `Yamada, Tarou (山田 太郎)`.
 * Components are family, given, middle, prefix, suffix; groups are alphabetic, ideographic, phonetic.
 */
export function personName(value: string): string {
  const [alphabetic = '', ideographic = ''] = value.split('=').map((group) => group.trim())
  const latin = written(alphabetic, ', ')
  const native = written(ideographic, ' ')
  if (latin === '') return native
  return native === '' ? latin : `${latin} (${native})`
}

function written(group: string, separator: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group.split('^').map((part) => part.trim())
  const rest = [prefix, given, middle, suffix].filter((part) => part !== '').join(' ')
  return [family, rest].filter((part) => part !== '').join(separator)
}
