import type { Span } from '../../shared/domain/finding.ts'
import type { GeneratedToken } from '../../shared/domain/generation.ts'

/** The words of a text: runs without white space, with punctuation at their ends left out. */
export function wordsOf(text: string): Span[] {
  return [...text.matchAll(/[\p{L}\p{N}](?:[^\s]*[\p{L}\p{N}])?/gu)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }))
}

/**
 * The token at which a word has been read: the last that overlaps it, since only there has the model
 * seen the whole word. Null when no token overlaps (text that was not generated).
 */
export function tokenOfWord(tokens: readonly GeneratedToken[], word: Span): number | null {
  for (let index = tokens.length - 1; index >= 0; index--) {
    const token = tokens[index] as GeneratedToken
    if (token.start < word.end && token.start + token.text.length > word.start) return index
  }
  return null
}

/** The word that a place in the text belongs to, or null between words. */
export function wordAt(words: readonly Span[], offset: number): number | null {
  const index = words.findIndex((word) => word.start <= offset && offset < word.end)
  return index < 0 ? null : index
}
