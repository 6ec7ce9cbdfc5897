import type { WorkspaceState } from '../../shared/contracts/main.ts'

/** Holds the workspace's state and tells those who watch of every change. */
export class StateBoard {
  #state: WorkspaceState
  readonly #watchers = new Set<(state: WorkspaceState) => void>()

  constructor(initial: WorkspaceState) {
    this.#state = initial
  }

  get state(): WorkspaceState {
    return this.#state
  }

  set(change: Partial<WorkspaceState>): void {
    this.#state = { ...this.#state, ...change }
    for (const watcher of this.#watchers) watcher(this.#state)
  }

  /** Tells the state at once and at every change, until the returned function is called. */
  watch(watcher: (state: WorkspaceState) => void): () => void {
    this.#watchers.add(watcher)
    watcher(this.#state)
    return () => void this.#watchers.delete(watcher)
  }
}
