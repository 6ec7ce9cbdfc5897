import { inject, onScopeDispose, type InjectionKey } from 'vue'
import { actionOf, type ActionId, type Scope } from './keymap.ts'
import { actionFor, combinationOf, type KeyPress } from './match.ts'

export type KeyHandler = (event: KeyboardEvent) => void

/** True where letters are text: the keymap stays out, except for Escape and the function keys. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !['range', 'checkbox', 'radio', 'button'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target.isContentEditable
}

/** True where Enter and Space already press what has the focus. */
function pressesItself(target: EventTarget | null, key: string): boolean {
  return (
    (key === 'Enter' || key === ' ') &&
    target instanceof Element &&
    target.closest('button, a[href], [role="tab"]') !== null
  )
}

/**
 * Turns key presses into actions. Screens say which scopes are active and panels give the handlers;
 * a key of an active scope without a handler is left alone.
 */
export class KeyDispatcher {
  readonly #handlers = new Map<ActionId, KeyHandler>()
  readonly #scopes = new Set<() => Scope | null>()
  #catcher: ((combination: string) => void) | null = null

  /** Gives an action its effect; returns a function that takes it away. Throws on an unknown id. */
  handle(id: ActionId, handler: KeyHandler): () => void {
    actionOf(id)
    this.#handlers.set(id, handler)
    return () => {
      if (this.#handlers.get(id) === handler) this.#handlers.delete(id)
    }
  }

  /** Hands the next key, in the table's notation, to a function instead of doing what it means. */
  catchNext(catcher: ((combination: string) => void) | null): void {
    this.#catcher = catcher
  }

  /** Activates a scope for as long as the function names it. */
  activate(scope: () => Scope | null): () => void {
    this.#scopes.add(scope)
    return () => this.#scopes.delete(scope)
  }

  /** Runs an action as its key would, for buttons. */
  run(id: ActionId, event: KeyboardEvent = new KeyboardEvent('keydown')): void {
    this.#handlers.get(id)?.(event)
  }

  #activeScopes(): Set<Scope> {
    const active = new Set<Scope>(['global'])
    for (const scope of this.#scopes) {
      const name = scope()
      if (name !== null) active.add(name)
    }
    return active
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const { target, key } = event
    if (event.defaultPrevented || event.isComposing) return
    if (this.#catcher !== null) {
      if (['Shift', 'Control', 'Alt', 'Meta'].includes(key)) return
      const catcher = this.#catcher
      this.#catcher = null
      event.preventDefault()
      event.stopPropagation()
      return catcher(combinationOf(event))
    }
    if (isTyping(target) && key !== 'Escape' && !/^F\d+$/.test(key)) return
    if (pressesItself(target, key)) return
    const { ctrlKey, altKey, metaKey } = event
    const shiftless: KeyPress = { key, ctrlKey, altKey, metaKey, shiftKey: false }
    const active = this.#activeScopes()
    // Shift on an arrow is the coarse step of the same action, unless the table has the combination itself.
    const action = actionFor(event, active) ?? (key.startsWith('Arrow') ? actionFor(shiftless, active) : null)
    const handler = action === null ? undefined : this.#handlers.get(action.id)
    if (handler === undefined) return
    event.preventDefault()
    event.stopPropagation()
    handler(event)
  }

  /** Listens on a window, before the elements do; returns a function that stops. */
  listen(on: Window): () => void {
    on.addEventListener('keydown', this.#onKey, { capture: true })
    return () => on.removeEventListener('keydown', this.#onKey, { capture: true })
  }
}

export const KEYS: InjectionKey<KeyDispatcher> = Symbol('keys')

/** The app's dispatcher; throws outside of it. */
export function useKeys(): KeyDispatcher {
  const keys = inject(KEYS)
  if (keys === undefined) throw new TypeError('The key dispatcher was not provided to the app.')
  return keys
}

/** Gives actions their effects for as long as the calling component lives. */
export function useActions(handlers: Readonly<Record<ActionId, KeyHandler>>): void {
  const keys = useKeys()
  const undo = Object.entries(handlers).map(([id, handler]) => keys.handle(id, handler))
  onScopeDispose(() => undo.forEach((stop) => stop()))
}

/** Activates a scope while the calling component lives and the function names it. */
export function useScope(scope: () => Scope | null): void {
  onScopeDispose(useKeys().activate(scope))
}
