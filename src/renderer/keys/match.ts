import { KEYMAP, keysOf, SCOPE_ORDER, type KeyAction, type Scope } from './keymap.ts'

/** The part of a KeyboardEvent that decides which action is meant. */
export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly metaKey: boolean
}

/**
 * A key press in the table's notation. Shift is named only where it does not already show in the
 * character (`?` is `?`, not `Shift+/`), and Meta counts as Ctrl, as macOS readers expect.
 */
export function combinationOf(press: KeyPress): string {
  const letter = /^[a-z]$/i.test(press.key)
  const key =
    press.key === ' '
      ? 'Space'
      : letter && press.shiftKey
        ? press.key.toUpperCase()
        : letter
          ? press.key.toLowerCase()
          : press.key
  const modifiers = [
    press.ctrlKey || press.metaKey ? 'Ctrl' : '',
    press.altKey ? 'Alt' : '',
    press.shiftKey && (letter || key.length > 1) ? 'Shift' : '',
  ]
  return [...modifiers.filter((name) => name !== ''), key].join('+')
}

/** The action a key means while these scopes are active, or null. */
export function actionFor(press: KeyPress, active: ReadonlySet<Scope>): KeyAction | null {
  const combination = combinationOf(press)
  for (const scope of SCOPE_ORDER) {
    if (!active.has(scope)) continue
    const found = KEYMAP.find(
      (entry) => entry.scope === scope && keysOf(entry.id).includes(combination),
    )
    if (found !== undefined) return found
  }
  return null
}
