import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { PhantomReaderOptions } from './phantomReader.ts'
import type { AnswerOf, FromWorker, Task, ToWorker } from './tasks.ts'

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url))

interface Waiting {
  readonly task: Task
  readonly resolve: (answer: never) => void
  readonly reject: (error: Error) => void
}

/** Processes with a model of one thread each, for work on many phantoms. Tasks are served in the order they come. */
export class ReaderPool implements AsyncDisposable {
  readonly #children: readonly ChildProcess[]
  readonly #idle: ChildProcess[] = []
  readonly #queue: Waiting[] = []
  readonly #running = new Map<number, Waiting>()
  #nextId = 0

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children
    for (const child of children) {
      child.on('message', (message: FromWorker) => this.#receive(child, message))
      child.on('exit', (code) => this.#fail(new Error(`A reader process ended with code ${String(code)}.`)))
      this.#idle.push(child)
    }
  }

  /** Starts `processes` readers; the first one compiles the model before the others load it. */
  static async open(options: PhantomReaderOptions, processes: number): Promise<ReaderPool> {
    const children: ChildProcess[] = []
    for (let i = 0; i < processes; i++) children.push(await start(options))
    return new ReaderPool(children)
  }

  /** Asks for one task; the promise is settled when a process has answered it. */
  ask<T extends Task>(task: T): Promise<AnswerOf<T>> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, resolve, reject })
      this.#dispatch()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#children.map((child) => new Promise<void>((resolve) => {
      child.removeAllListeners('exit')
      if (child.exitCode !== null) return resolve()
      child.once('exit', () => resolve())
      child.disconnect()
    })))
  }

  #dispatch(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const child = this.#idle.pop() as ChildProcess
      const waiting = this.#queue.shift() as Waiting
      const id = this.#nextId++
      this.#running.set(id, waiting)
      child.send({ id, task: waiting.task } satisfies ToWorker)
    }
  }

  #receive(child: ChildProcess, message: FromWorker): void {
    if ('ready' in message || message.id === null) return
    const waiting = this.#running.get(message.id)
    this.#running.delete(message.id)
    this.#idle.push(child)
    if ('answer' in message) waiting?.resolve(message.answer as never)
    else waiting?.reject(new Error(message.error))
    this.#dispatch()
  }

  #fail(error: Error): void {
    for (const waiting of [...this.#running.values(), ...this.#queue.splice(0)]) waiting.reject(error)
    this.#running.clear()
  }
}

function start(options: PhantomReaderOptions): Promise<ChildProcess> {
  // Typed arrays cross as they are; flags of the parent (a debugger, a test runner) do not belong to the child.
  const child = fork(WORKER, { serialization: 'advanced', execArgv: [] })
  return new Promise((resolve, reject) => {
    const onMessage = (message: FromWorker): void => {
      child.off('exit', onExit)
      if ('ready' in message) resolve(child)
      else reject(new Error('error' in message ? message.error : 'The reader process did not open the model.'))
    }
    const onExit = (code: number | null): void => reject(new Error(`The reader process ended with code ${String(code)}.`))
    child.once('message', onMessage)
    child.once('exit', onExit)
    child.send({ open: options } satisfies ToWorker)
  })
}
