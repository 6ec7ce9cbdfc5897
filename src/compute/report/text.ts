/**
 * Lower case for A to Z alone, so that every offset into the result is an offset into the text
 * (`toLowerCase` may change the length of foreign letters).
 */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
