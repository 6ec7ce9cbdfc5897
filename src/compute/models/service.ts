import type { modelsContract } from '../../shared/contracts/models.ts'
import type { Handlers } from '../../shared/rpc/serve.ts'
import { dictionaryService } from '../sae/service.ts'
import { addModel } from './add.ts'
import { verifyModel } from './shelf.ts'
import { surveyCheckpoint } from './survey.ts'

/** Told at most so often how far it is: a large checkpoint has tens of thousands of steps. */
const PROGRESS_MS = 100

/** The contract of the models process. */
export function modelsService(): Handlers<typeof modelsContract> {
  return {
    async 'checkpoint.survey'({ folder }) {
      const { survey, checkpoint } = await surveyCheckpoint(folder)
      await checkpoint?.close()
      return survey
    },
    async 'model.add'(params, { emit, signal }) {
      const tell = sparingly(emit)
      return addModel({ ...params, signal, onProgress: (step, done, total) => tell({ step, done, total }) })
    },
    async 'model.verify'({ folder }, { emit, signal }) {
      const tell = sparingly(emit)
      const onBytes = (done: number, total: number): void => tell({ step: 'verifying', done, total })
      const { files, bytes, damaged } = await verifyModel(folder, { signal, onBytes })
      return { files, bytes, damaged: [...damaged] }
    },
    ...dictionaryService(),
  }
}

/** Passes on what is told, the first and the last of a step always, in between now and then. */
function sparingly<T extends { readonly step: string; readonly done: number; readonly total: number }>(
  emit: (event: T) => void,
): (event: T) => void {
  let at = 0
  let step = ''
  return (event) => {
    const now = performance.now()
    if (event.step === step && event.done < event.total && now - at < PROGRESS_MS) return
    at = now
    step = event.step
    emit(event)
  }
}
