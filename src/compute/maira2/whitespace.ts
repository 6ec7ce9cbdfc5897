// White space as Python's str.strip() sees it: JavaScript's, plus five control characters, less the byte order mark.
const WHITE = '(?:(?!\\uFEFF)[\\s\\x1C-\\x1F\\x85])'
const LEADING = new RegExp(`^${WHITE}+`, 'u')
const TRAILING = new RegExp(`${WHITE}+$`, 'u')

/** Python's `text.lstrip()`. */
export function stripStart(text: string): string {
  return text.replace(LEADING, '')
}

/** Python's `text.strip()`. */
export function strip(text: string): string {
  return stripStart(text).replace(TRAILING, '')
}
