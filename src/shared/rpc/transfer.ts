const lists = new WeakMap<object, readonly ArrayBuffer[]>()

/**
 * Marks buffers inside a result or event to be moved instead of copied. The sender must not touch them afterwards.
 * Channels that cannot move buffers (Electron's MessagePortMain, a forked process) copy them.
 */
export function withTransfer<T extends object>(value: T, buffers: readonly ArrayBuffer[]): T {
  lists.set(value, buffers)
  return value
}

/** The buffers that `withTransfer` marked for this very object. */
export function transferOf(value: unknown): readonly ArrayBuffer[] {
  return typeof value === 'object' && value !== null ? (lists.get(value) ?? []) : []
}
