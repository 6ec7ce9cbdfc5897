import { createPinia, setActivePinia } from 'pinia'
import { createApp } from 'vue'
import { computeContract } from '../../../src/shared/contracts/compute.ts'
import { dicomContract } from '../../../src/shared/contracts/dicom.ts'
import {
  mainContract, type Comparison, type FeatureRow, type KeptEdit, type KeptGeneration,
} from '../../../src/shared/contracts/main.ts'
import type { Edit } from '../../../src/shared/domain/edit.ts'
import { BASELINE, type Intervention } from '../../../src/shared/domain/intervention.ts'
import type { Case, CaseSummary, Film, Study } from '../../../src/shared/domain/study.ts'
import { HilumError } from '../../../src/shared/errors.ts'
import type { Contract } from '../../../src/shared/rpc/contract.ts'
import type { Port } from '../../../src/shared/rpc/port.ts'
import { serve, type Handlers } from '../../../src/shared/rpc/serve.ts'
import { createServices, SERVICES, type Services } from '../../../src/renderer/services.ts'

/** Two ports joined in memory; messages are copied and arrive in order. */
export function joinedPorts(): [Port, Port] {
  const receivers: ((data: unknown) => void)[] = []
  const closed: (() => void)[] = []
  let open = true
  const end = (mine: 0 | 1): Port => ({
    postMessage(data) {
      const copy = structuredClone(data)
      queueMicrotask(() => {
        if (open) receivers[1 - mine]?.(copy)
      })
    },
    onMessage: (receive) => void (receivers[mine] = receive),
    onClose: (listener) => void closed.push(listener),
    close() {
      if (!open) return
      open = false
      closed.forEach((listener) => listener())
    },
  })
  return [end(0), end(1)]
}

export interface Played {
  readonly main?: Partial<Handlers<typeof mainContract>>
  readonly dicom?: Partial<Handlers<typeof dicomContract>>
  readonly compute?: Partial<Handlers<typeof computeContract>>
}

/** Handlers for the given methods; every other one says that it is not there. */
function withAbsent<C extends Contract>(contract: C, some: Partial<Handlers<C>>): Handlers<C> {
  const absent = (): never => {
    throw new HilumError('unsupported', 'This test does not answer that.')
  }
  return { ...Object.fromEntries(Object.keys(contract).map((name) => [name, absent])), ...some } as Handlers<C>
}

/** An app with Pinia whose services are played; `ports` holds the far ends, so that a test can cut one. */
export function playServices(played: Played): { services: Services; ports: Port[] } {
  const ports: Port[] = []
  const services = createServices(async (name) => {
    const [near, far] = joinedPorts()
    ports.push(far)
    if (name === 'main') serve(far, mainContract, withAbsent(mainContract, played.main ?? {}))
    if (name === 'dicom') serve(far, dicomContract, withAbsent(dicomContract, played.dicom ?? {}))
    if (name === 'compute') serve(far, computeContract, withAbsent(computeContract, played.compute ?? {}))
    return near
  })
  const pinia = createPinia()
  const app = createApp({})
  app.provide(SERVICES, services)
  app.use(pinia)
  setActivePinia(pinia)
  return { services, ports }
}

/** Lets every message that is under way arrive. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

export function filmOf(hash: string, view: Film['view'] = 'frontal'): Film {
  return {
    hash: hash.repeat(64).slice(0, 64), sopInstanceUid: '1', seriesInstanceUid: '1', studyInstanceUid: '1', modality: 'DX',
    view, viewPosition: view === 'frontal' ? 'PA' : 'LL', columns: 10, rows: 12, phantom: true,
  }
}

function studyOf(date: string, films: Film[]): Study {
  return {
    uid: date, date, time: null, offset: null, description: 'Chest', accession: '', films, report: null, indication: null,
    technique: null, comparison: null,
  }
}

export function caseOf(id: string, over: Partial<Case> = {}): Case {
  const frontal = filmOf('a')
  const prior = filmOf('c')
  return {
    id, patient: { id: 'P', name: 'DOE^JANE', birthDate: null, sex: 'F' }, study: studyOf('2026-02-03', [frontal]), frontal,
    lateral: filmOf('b', 'lateral'), priorStudy: studyOf('2024-12-03', [prior]), prior, status: 'unread', ...over,
  }
}

export function summaryOf(id: string): CaseSummary {
  return {
    id, patientId: id, patientName: id, sex: null, birthDate: null, studyDate: null, studyOffset: null, modality: 'DX',
    description: '', accession: '', films: 1, priorDate: null, priorOffset: null, phantom: true, status: 'unread', verdicts: 0,
  }
}

export function generationOf(id: string, text: string, intervention: Intervention = BASELINE): KeptGeneration {
  return {
    id, caseId: 'one', createdAt: '2026-01-01T00:00:00Z', findings: [], fromStore: false,
    generation: {
      text,
      tokens: [...text.matchAll(/\s?\S+/g)].map((m) => ({ id: 0, text: m[0], start: m.index, features: [] })),
      phrases: null, unparsedTail: '', stopped: 'eos',
      timings: {
        visionMs: 0, frontMs: 0, backMs: 0, decodeMs: 0, totalMs: 0, tokensPerSecond: 0, promptTokens: 0,
        generatedTokens: 0, featuresMs: 0, drafted: 0, accepted: 0, batch: 1,
        reused: { imageTokens: 0, frontTokens: 0, promptTokens: 0, bytes: 0 },
      },
      provenance: {
        hilumVersion: '0', modelName: 'm', licence: null, modelHash: 'h', dictionaryHash: 'd', hookLayer: 0, promptHash: 'p',
        imageHashes: [], mode: 'findings', intervention, maxNewTokens: 9, decoding: 'greedy', runtime: '', provider: '',
        format: '', threads: 1,
      },
    },
  }
}

export function editOf(index: number, kind: Edit['kind'] = 'added'): KeptEdit {
  return {
    id: `e${index}`, index,
    edit: { kind, aspects: [], baseline: null, steered: null, baselineSpans: [], steeredSpans: [] },
    rules: {
      judge: { kind: 'rules', name: 'rules' }, verdict: { value: 'neutral', category: null, significance: null, note: '' },
      reason: 'r', createdAt: '2026-01-01T00:00:00Z', correlation: null,
    },
    reader: null,
    model: null,
  }
}

export function comparisonOf(edits: readonly KeptEdit[]): Comparison {
  return { baseline: generationOf('g0', 'No effusion.'), steered: generationOf('g1', 'A large effusion.'), edits }
}

export function featureOf(index: number, interpretation = `feature ${index}`): FeatureRow {
  return {
    index, interpretation, detectionScore: 0.9, density: 0.01, maxActivation: 4, steeringSuccess: 0.5, activation: 1,
  }
}
