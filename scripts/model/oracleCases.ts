/** The phantoms whose reports tests/golden/embedded holds as PyTorch wrote them: every fifth with its boxes. */
export const ORACLE_CASES: readonly { readonly seed: number; readonly mode: 'findings' | 'grounded' }[] =
  Array.from({ length: 50 }, (_, i) => ({ seed: 5000 + i, mode: i % 5 === 4 ? 'grounded' : 'findings' }))

/** A report's tokens at most; the longest grounded one has fewer. */
export const ORACLE_TOKENS = 256
