import { HilumError } from '../../shared/errors.ts'

/**
 * An error of SQLite as a sentence for the reader. What is not SQLite's passes through unchanged.
 * Codes: https://sqlite.org/rescode.html
 */
export function translateSqliteError(error: unknown, path: string): unknown {
  const code = sqliteCode(error)
  if (code === null) return error
  const primary = code.split('_').slice(0, 2).join('_')
  switch (primary) {
    case 'SQLITE_CORRUPT':
      return new HilumError('corrupt', `The workspace database ${path} is damaged.`, {
        mend: 'Copy the folder somewhere safe, run "hilum doctor", and restore the newest backup.',
        cause: error,
      })
    case 'SQLITE_NOTADB':
      return new HilumError('corrupt', `${path} is not an SQLite database, or its first page is damaged.`, {
        mend: 'Copy the folder somewhere safe and restore the newest backup, or choose another workspace folder.',
        cause: error,
      })
    case 'SQLITE_FULL':
      return new HilumError('limit', 'The disk is full: the last change was not kept.', {
        mend: 'Free some space and try again.',
        cause: error,
      })
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_IOERR':
      return new HilumError('unavailable', `The workspace database ${path} cannot be ${verbOf(primary)} (${code}).`, {
        mend: 'Check that the folder exists, that you may write to it, and that its disk is healthy.',
        cause: error,
      })
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return new HilumError('conflict', 'Another Hilum has been writing to this workspace for more than five seconds.', {
        mend: 'Let it finish or close it, then try again.',
        cause: error,
      })
    case 'SQLITE_CONSTRAINT':
      return new HilumError('conflict', `The workspace refuses this change: ${(error as Error).message}`, { cause: error })
    default:
      return new HilumError('internal', `SQLite failed (${code}): ${(error as Error).message}`, { cause: error })
  }
}

function verbOf(code: string): string {
  return code === 'SQLITE_READONLY' || code === 'SQLITE_PERM' ? 'written' : code === 'SQLITE_IOERR' ? 'read or written' : 'opened'
}

function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  return error.code.startsWith('SQLITE_') ? error.code : null
}
