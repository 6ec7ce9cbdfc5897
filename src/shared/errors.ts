/**
 * Why something failed, as a closed list. The kind decides what the program does next;
 * the message tells the reader what happened and the mend tells what to do about it.
 */
export const ERROR_KINDS = [
  'bad-input', // a value, file or option the user can correct
  'unsupported', // valid, but not something Hilum handles
  'not-found',
  'conflict', // already exists, or the state does not allow it
  'limit', // a cap on bytes, depth, elements, memory or time was reached
  'cancelled',
  'corrupt', // our own stored data fails its check
  'unavailable', // a process, library or device is not there
  'internal', // a defect in Hilum
] as const
export type ErrorKind = (typeof ERROR_KINDS)[number]

/** A HilumError as it crosses a process border. */
export interface ErrorData {
  readonly kind: ErrorKind
  readonly message: string
  readonly mend: string | null
  readonly stack: string | null
}

/** The one error class of Hilum: one clear sentence, and where possible what to do. */
export class HilumError extends Error {
  override readonly name = 'HilumError'
  readonly kind: ErrorKind
  readonly mend: string | null

  constructor(kind: ErrorKind, message: string, options: { mend?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.kind = kind
    this.mend = options.mend ?? null
  }

  static fromData(data: ErrorData): HilumError {
    const error = new HilumError(data.kind, data.message, data.mend === null ? {} : { mend: data.mend })
    if (data.stack !== null) error.stack = data.stack
    return error
  }
}

/** Any thrown value as data; foreign errors become `internal` and keep their message. */
export function toErrorData(thrown: unknown): ErrorData {
  if (thrown instanceof HilumError) {
    return { kind: thrown.kind, message: thrown.message, mend: thrown.mend, stack: thrown.stack ?? null }
  }
  if (thrown instanceof Error) {
    const cancelled = thrown.name === 'AbortError'
    return { kind: cancelled ? 'cancelled' : 'internal', message: thrown.message, mend: null, stack: thrown.stack ?? null }
  }
  return { kind: 'internal', message: String(thrown), mend: null, stack: null }
}

/** Throws the signal's cancellation, or its own reason, as a HilumError. Call it between tokens, files and chunks. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return
  throw signal.reason instanceof HilumError ? signal.reason : new HilumError('cancelled', 'Cancelled.')
}
