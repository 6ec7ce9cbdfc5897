import { modelsService } from '../../../src/compute/models/service.ts'
import type { ModelFacts, ModelQuestion } from '../../../src/shared/contracts/compute.ts'
import { computeContract } from '../../../src/shared/contracts/compute.ts'
import type { InstanceFacts, ScanItem } from '../../../src/shared/contracts/dicom.ts'
import { dicomContract } from '../../../src/shared/contracts/dicom.ts'
import type { DemoPatient } from '../../../src/phantom/demo.ts'
import { modelsContract } from '../../../src/shared/contracts/models.ts'
import { EMBEDDED_LICENCE } from '../../../src/shared/domain/model.ts'
import { HilumError } from '../../../src/shared/errors.ts'
import { connect } from '../../../src/shared/rpc/connect.ts'
import { workerPort } from '../../../src/shared/rpc/ports.ts'
import { serve } from '../../../src/shared/rpc/serve.ts'
import type { Contract } from '../../../src/shared/rpc/contract.ts'
import type { Handlers } from '../../../src/shared/rpc/serve.ts'
import type { Service } from '../../../src/main/processes/service.ts'
import { MessageChannel } from 'node:worker_threads'
import { afterEach } from 'vitest'
import { facts, generation } from './samples.ts'

const open: { close(): void }[] = []
afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

/** A service whose other side runs in this process, over a real message channel. */
function local<C extends Contract>(contract: C, handlers: Partial<Handlers<C>>): Pick<Service<C>, 'call' | 'prepareWith' | 'prepareAgain'> {
  const { port1, port2 } = new MessageChannel()
  open.push(port1)
  const refuse = (): never => {
    throw new HilumError('internal', 'This fake does not answer that.')
  }
  const all = Object.fromEntries(Object.keys(contract).map((name) => [name, handlers[name] ?? refuse]))
  serve(workerPort(port2), contract, all as unknown as Handlers<C>)
  const client = connect(workerPort(port1), contract)
  let prepare: Parameters<Service<C>['prepareWith']>[0] = async () => undefined
  let prepared: Promise<void> | null = null
  return {
    call: async (method, params, options) => {
      await (prepared ??= prepare(client).catch((error: unknown) => {
        prepared = null
        throw error
      }))
      return client.call(method, params, options)
    },
    prepareWith: (given) => void (prepare = given),
    prepareAgain: () => void (prepared = null),
  }
}

export const MODEL: ModelFacts = {
  name: 'test', embedded: true, modelHash: 'a'.repeat(64), dictionaryHash: 'b'.repeat(64), hookLayer: 3, features: 4, imageSize: 224,
  runtime: 'test', provider: 'cpu', format: 'fp32', threads: 1, loadMs: 1,
  standing: 'exact', findingAgreement: null, licence: EMBEDDED_LICENCE,
}

/** A compute process that writes `write(question)`, and the questions and drafts it was given. */
export function fakeCompute(write: (question: ModelQuestion) => string, opened: () => ModelFacts = () => MODEL) {
  const asked: ModelQuestion[] = []
  const drafts: (readonly number[] | undefined)[] = []
  const service = local(computeContract, {
    'model.open': () => opened(),
    'model.facts': () => MODEL,
    // Feature 0 is at a right angle to every other; the others are alike.
    'dictionary.cosines': ({ feature }) => ({
      cosines: [0, 1, 2, 3].map((other) => (other === feature ? 1 : other === 0 ? 0 : 0.5)),
    }),
    // Feature 1 is active in every text that names an effusion.
    'text.activations': ({ text }) => [{ text, features: text.includes('effusion') ? [{ feature: 1, activation: 3 }] : [] }],
    'report.sweep': ({ question, interventions, draft }, { emit }) => {
      for (const [number, intervention] of interventions.entries()) {
        const one = { ...question, intervention }
        asked.push(one)
        drafts.push(draft)
        emit({ stage: 'generation', intervention: number, generation: generation(write(one), intervention) })
      }
      return { generations: interventions.length }
    },
    'report.generate': ({ question, draft }) => {
      asked.push(question)
      drafts.push(draft)
      return generation(write(question), question.intervention)
    },
  })
  return { service, asked, drafts }
}

/** A models process: the real service, or what a test says instead. */
export function fakeModels(handlers: Partial<Handlers<typeof modelsContract>> = modelsService()) {
  return local(modelsContract, handlers)
}

/** A dicom process that finds the given items in any path, and draws one small film a study for every demo patient. */
export function fakeDicom(items: readonly ScanItem[] = [], draw: (patient: number) => InstanceFacts[] = () => []) {
  const drawn: number[] = []
  const service = local(dicomContract, {
    'store.open': () => ({}),
    'store.scan': (_params, { emit }) => {
      items.forEach(emit)
      const films = items.filter((item) => item.kind === 'film').length
      return { films, skipped: items.length - films }
    },
    'store.drawDemo': ({ patient }) => {
      const films = draw(patient)
      drawn.push(patient)
      const texts = films.map((film) => ({
        studyUid: film.studyInstanceUid, report: film.accession.endsWith('A') ? 'Prior.' : null, indication: 'Cough.',
        technique: 'PA.', comparison: 'None.',
      }))
      return { films, texts }
    },
    'film.model': ({ hash }) => ({ hash, columns: 2, rows: 2, pixels: new Uint8Array(4) }),
  })
  return { service, drawn }
}

/** What drawing a demo patient files: a prior and a current study of one film each. */
export function demoFilms(patient: Pick<DemoPatient, 'id' | 'studies'>): InstanceFacts[] {
  return patient.studies.map(({ accession, date: studyDate }) => {
    const uids = { sopInstanceUid: `1.${accession}`, studyInstanceUid: `2.${accession}` }
    return facts({ ...uids, accession, patientId: patient.id, studyDate })
  })
}
