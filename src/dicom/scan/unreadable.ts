import { HilumError } from '../../shared/errors.ts'
import { sentence } from './examine.ts'

/** A file that cannot be read is left out with a reason; cancelling and our own defects go on up. */
export function unreadable(thrown: unknown): { reason: string; refused: boolean } {
  if (thrown instanceof HilumError && thrown.kind !== 'cancelled' && thrown.kind !== 'internal') {
    return { reason: sentence(thrown), refused: true }
  }
  const { code } = thrown as NodeJS.ErrnoException
  if (code !== undefined && !(thrown instanceof HilumError)) return { reason: `It cannot be read (${code}).`, refused: false }
  throw thrown
}
