/** A process of the reader pool: opens the model and answers tasks, one after the other. */
import { setPriority } from 'node:os'
import { PhantomReader } from './phantomReader.ts'
import type { Answers, FromWorker, Task, ToWorker } from './tasks.ts'

/** Behind whatever else the machine does, but not starved by it. */
const PRIORITY = 5
setPriority(PRIORITY)

let reader: PhantomReader | null = null

process.on('message', (message: ToWorker) => {
  const id = 'open' in message ? null : message.id
  serve(message).catch((error: unknown) => {
    tell({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  })
})
process.on('disconnect', () => process.exit())

async function serve(message: ToWorker): Promise<void> {
  if ('open' in message) {
    reader = await PhantomReader.open(message.open)
    tell({ ready: true })
  } else if (reader !== null) {
    tell({ id: message.id, answer: await answer(reader, message.task) })
  }
}

async function answer(model: PhantomReader, task: Task): Promise<Answers[keyof Answers]> {
  if (task.kind === 'read') return model.read(task.seed)
  if (task.kind === 'residuals') return model.residuals(task.seed)
  const written = []
  for (const intervention of task.interventions) {
    written.push(await model.write(task.seed, task.mode, intervention, task.maxNewTokens))
  }
  return written
}

function tell(message: FromWorker): void {
  process.send?.(message)
}
