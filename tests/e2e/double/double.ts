import { editsBetween } from '../../../src/compute/report/edits.ts'
import { extractFindings } from '../../../src/compute/report/findings.ts'
import { ruleVerdict } from '../../../src/compute/report/ruleVerdict.ts'
import { targetOfInterpretation } from '../../../src/compute/report/target.ts'
import { caseFilm, toStoredPixels } from '../../../src/phantom/film.ts'
import { phantomCase, promptFields, type PhantomCase } from '../../../src/phantom/phantomCase.ts'
import { computeContract, type GenerationEvent, type ModelFacts } from '../../../src/shared/contracts/compute.ts'
import { dicomContract, type ViewerFilm } from '../../../src/shared/contracts/dicom.ts'
import {
  mainContract,
  type Comparison,
  type FeatureRow,
  type KeptEdit,
  type KeptGeneration,
} from '../../../src/shared/contracts/main.ts'
import { BASELINE, type Intervention } from '../../../src/shared/domain/intervention.ts'
import type { Case, CaseSummary, Film, Study } from '../../../src/shared/domain/study.ts'
import { HilumError } from '../../../src/shared/errors.ts'
import type { HilumBridge, PortMessage } from '../../../src/shared/rpc/bridge.ts'
import { domPort } from '../../../src/shared/rpc/ports.ts'
import { serve } from '../../../src/shared/rpc/serve.ts'

const NAMES = [
  'ACHTERBERG^WILLEM',
  'BLOM^ANNELIES',
  'CORDEIRO^MARIA JOSE',
  'DUBOIS^HENRI',
  'ESTRADA^LUCIA',
  'FALK^INGRID',
  'GARDINER^THOMAS EDWARD',
  'HOLM^ASTRID',
  'IVANOVA^NADEZHDA',
  'JANSEN^PIETER',
  'KOWALSKI^MAREK',
  'LINDQVIST^SIGNE',
]
const hashOf = (caseAt: number, view: number): string => `${caseAt}${view}`.padStart(64, '0')
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

interface Kept {
  readonly summary: CaseSummary
  readonly whole: Case
  readonly phantom: PhantomCase
}

function study(at: number, date: string, films: Film[], report: string | null, phantom: PhantomCase): Study {
  const { technique, comparison } = promptFields(phantom)
  return {
    uid: `1.2.${at}.${date}`,
    date,
    time: '08:30:00',
    description: 'Chest PA and lateral',
    accession: `A${1000 + at}`,
    films,
    report,
    indication: phantom.indication,
    technique,
    comparison,
  }
}

function film(at: number, view: number, kind: 'frontal' | 'lateral'): Film {
  return {
    hash: hashOf(at, view),
    sopInstanceUid: `1.2.${at}.${view}`,
    seriesInstanceUid: `1.2.${at}`,
    studyInstanceUid: `1.2.${at}.s`,
    modality: 'DX',
    view: kind,
    viewPosition: kind === 'frontal' ? 'PA' : 'LL',
    columns: 1024,
    rows: 1180,
    phantom: at < 11,
  }
}

const cases: Kept[] = NAMES.map((name, at) => {
  const phantom = phantomCase(4000 + at * 7)
  const date = `2026-0${1 + (at % 9)}-1${at % 10}`
  const priorDate = phantom.prior === null ? null : `202${4 + (at % 2)}-1${at % 3}-05`
  const frontal = film(at, 0, 'frontal')
  const lateral = film(at, 1, 'lateral')
  const prior = film(at, 2, 'frontal')
  const patient = { id: `PH-${100 + at}`, name, birthDate: `19${40 + at * 3}-04-12`, sex: at % 2 === 0 ? 'M' : 'F' }
  const current = study(at, date, [frontal, lateral], null, phantom)
  const before =
    priorDate === null
      ? null
      : study(at, priorDate, [prior], phantom.priorReport?.map((s) => s.text).join(' ') ?? null, phantom)
  const whole: Case = {
    id: `case-${at}`,
    patient,
    study: current,
    frontal,
    lateral,
    priorStudy: before,
    prior: before === null ? null : prior,
    status: 'unread',
  }
  const summary: CaseSummary = {
    id: whole.id,
    patientId: patient.id,
    patientName: name,
    sex: patient.sex,
    birthDate: patient.birthDate,
    studyDate: date,
    modality: 'DX',
    description: current.description,
    accession: current.accession,
    films: before === null ? 2 : 3,
    priorDate,
    phantom: at < 11,
    status: (['unread', 'in-progress', 'judged'] as const)[at % 3] as CaseSummary['status'],
    verdicts: (at % 3) * 3,
  }
  return { summary, whole, phantom }
})

const model: ModelFacts = {
  name: 'Hilum phantom model',
  embedded: true,
  modelHash: 'ab'.repeat(32),
  dictionaryHash: 'cd'.repeat(32),
  hookLayer: 3,
  features: 512,
  imageSize: 224,
  runtime: 'onnxruntime 1.30.0',
  provider: 'cpu',
  format: 'float32',
  threads: 2,
  loadMs: 812,
}

const FEATURES: readonly (readonly [string, string, number | null])[] = [
  ['large right pleural effusion', 'There is a large right pleural effusion.', 0.94],
  ['left pneumothorax', 'A small left apical pneumothorax is present.', 0.62],
  ['enlarged heart', 'The heart is severely enlarged.', 0.81],
  ['pacemaker in the left chest wall', 'A left chest wall pacemaker is in place.', 0.55],
  ['change since the prior study: increased', 'This has increased since the prior study.', 0.5],
  ['no acute process', 'No acute cardiopulmonary process.', 0],
  ['endotracheal tube above the carina', 'An endotracheal tube ends above the carina.', null],
  ['bibasilar atelectasis', 'There is bibasilar atelectasis.', 0.31],
  ['', '', null],
]
const rowsOf = (from: number): FeatureRow[] =>
  FEATURES.flatMap(([interpretation, , steeringSuccess], at) =>
    [0, 1, 2].map((copy) => ({
      index: at * 50 + copy * 7 + 3,
      interpretation:
        copy === 0
          ? interpretation
          : interpretation && `${interpretation}, ${['', 'in the first sentence', 'with a device'][copy]}`,
      detectionScore: interpretation === '' ? null : 0.98 - copy * 0.06 - at * 0.01,
      density: 0.02 / (at + 1) / (copy + 1),
      maxActivation: 7.2 + at,
      steeringSuccess: copy === 0 ? steeringSuccess : null,
      activation: ((at * 3 + copy + from) % 9) + 0.4,
    })),
  ).sort((a, b) => (b.activation ?? 0) - (a.activation ?? 0))
const sentenceOf = (index: number): string => FEATURES[Math.floor(index / 50)]?.[1] ?? ''
const interpretationOf = (index: number): string => FEATURES[Math.floor(index / 50)]?.[0] ?? ''

let generations = 0
function generation(caseId: string, text: string, intervention: Intervention, fromStore = false): KeptGeneration {
  const tokens = [...text.matchAll(/\s?\S+/g)].map((match) => ({
    id: 1,
    text: match[0],
    start: match.index,
    features: [],
  }))
  return {
    id: `g${(generations += 1)}`,
    caseId,
    createdAt: new Date().toISOString(),
    findings: extractFindings(text),
    fromStore,
    generation: {
      text,
      tokens,
      phrases: null,
      unparsedTail: '',
      stopped: 'eos',
      timings: {
        visionMs: 210,
        frontMs: 120,
        backMs: 90,
        decodeMs: 820,
        totalMs: 1240,
        tokensPerSecond: 61,
        promptTokens: 412,
        generatedTokens: tokens.length,
        reused: { imageTokens: 0, frontTokens: 0, promptTokens: 0, bytes: 0 },
      },
      provenance: {
        hilumVersion: '0.1.0',
        modelName: model.name,
        modelHash: model.modelHash,
        dictionaryHash: model.dictionaryHash,
        hookLayer: 3,
        promptHash: '0',
        imageHashes: [],
        mode: 'findings',
        intervention,
        maxNewTokens: 256,
        decoding: 'greedy',
        runtime: '',
        provider: 'cpu',
        format: 'float32',
        threads: 2,
      },
    },
  }
}

const history = new Map<string, { baseline: KeptGeneration | null; comparisons: Comparison[] }>()
const keptOf = (caseId: string) => {
  const found = history.get(caseId) ?? { baseline: null, comparisons: [] }
  history.set(caseId, found)
  return found
}
const watchers = new Map<string, { events: GenerationEvent[]; ended: boolean }>()

async function play(runId: string, text: string, signal: AbortSignal): Promise<void> {
  const run = { events: [] as GenerationEvent[], ended: false }
  watchers.set(runId, run)
  const slow = Number(new URLSearchParams(location.search).get('slow') ?? '1')
  try {
    run.events.push({ stage: 'vision' })
    await sleep(250 * slow)
    for (let done = 0; done <= 412; done += 103) {
      run.events.push({ stage: 'prompt', done, total: 412 })
      await sleep(40 * slow)
    }
    const pieces = [...text.matchAll(/\s?\S+/g)]
    for (const [index, piece] of pieces.entries()) {
      if (signal.aborted) throw new HilumError('cancelled', 'Cancelled.')
      run.events.push({
        stage: 'token',
        index,
        text: piece[0],
        textSoFar: text.slice(0, piece.index + piece[0].length),
      })
      await sleep(25 * slow)
    }
  } finally {
    run.ended = true
  }
}

function caseOf(caseId: string): Kept {
  const found = cases.find((one) => one.whole.id === caseId)
  if (found === undefined) throw new HilumError('not-found', `There is no case ${caseId}.`)
  return found
}
const textOf = (kept: Kept): string => kept.phantom.report.map((sentence) => sentence.text).join(' ')

async function baseline(caseId: string, runId: string, signal: AbortSignal): Promise<KeptGeneration> {
  const kept = keptOf(caseId)
  if (kept.baseline !== null) return kept.baseline
  const text = textOf(caseOf(caseId))
  await play(runId, text, signal)
  return (kept.baseline = generation(caseId, text, BASELINE))
}

const settings = new Map<string, string>(
  Object.entries(JSON.parse(localStorage.getItem('settings') ?? '{}') as Record<string, string>),
)
const report = {
  films: 14,
  newFilms: 12,
  duplicates: 2,
  studies: 4,
  cases: ['case-2'],
  skipped: Array.from({ length: 23 }, (_, at) => ({
    name: `folder/CT_${at}.dcm`,
    reason: at % 2 ? 'CT Image Storage is not a chest film.' : 'Not a DICOM file and not a picture.',
  })),
}

const films = new Map<string, ViewerFilm>()
function viewerFilm(hash: string): ViewerFilm {
  const found = films.get(hash)
  if (found !== undefined) return found
  const at = Math.floor(Number(hash) / 10)
  const view = (['frontal', 'lateral', 'prior'] as const)[Number(hash) % 10] ?? 'frontal'
  const size = { columns: 1024, rows: 1180 }
  const stored = toStoredPixels(caseFilm((cases[at] as Kept).phantom, view, size), { bits: 14 })
  const made: ViewerFilm = {
    hash,
    ...size,
    values: new Uint16Array(stored.pixels),
    minimum: stored.pixels.reduce((a, b) => Math.min(a, b)),
    maximum: stored.pixels.reduce((a, b) => Math.max(a, b)),
    windows: [
      { center: stored.windowCenter, width: stored.windowWidth, explanation: 'NORMAL', shape: 'LINEAR' },
      { center: stored.windowCenter, width: stored.windowWidth / 2, explanation: 'HARDER', shape: 'SIGMOID' },
    ],
    inverted: false,
    spacing: null,
  }
  films.set(hash, made)
  return made
}

const start = {
  main: (port: MessagePort) =>
    serve(domPort(port), mainContract, {
      'workspace.state': () => {
        throw new HilumError('unsupported', 'Not played.')
      },
      'workspace.watch': async (_params, { emit, signal }) => {
        const state = {
          path: '/home/reader/Hilum',
          version: '0.1.0',
          ready: true,
          step: '',
          done: 0,
          total: 0,
          model,
          modelError: null,
          cases: cases.length,
        }
        if (location.search.includes('drawing'))
          emit({ ...state, ready: false, step: 'Drawing the demo studies', done: 4, total: 12, model: null, cases: 0 })
        else emit(state)
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        return {}
      },
      'worklist.list': ({ search }) =>
        cases
          .map((one) => one.summary)
          .filter((row) => JSON.stringify(row).toLowerCase().includes(search.toLowerCase())),
      'case.get': ({ caseId }) => caseOf(caseId).whole,
      'case.history': ({ caseId }) => keptOf(caseId),
      'report.baseline': ({ caseId, runId }, { signal }) => baseline(caseId, runId, signal),
      'report.steer': async ({ caseId, intervention, runId }, { signal }) => {
        const before = await baseline(caseId, runId, signal)
        const sentences = caseOf(caseId).phantom.report.map((sentence) => sentence.text)
        const added = intervention.terms.filter((term) => term.strength > 0).map((term) => sentenceOf(term.feature))
        const text = [
          ...sentences.slice(0, -1).map((s, at) => (at === 1 ? s.replace(/^The /, 'Overall the ') : s)),
          ...added,
        ].join(' ')
        await play(runId, text, signal)
        const steered = generation(caseId, text, intervention)
        const target = targetOfInterpretation(interpretationOf(intervention.terms[0]?.feature ?? 0))
        const edits: KeptEdit[] = editsBetween(before.generation.text, text).map((edit, index) => {
          const { reason, ...verdict } = ruleVerdict(edit, target, 'raise')
          return {
            id: `${steered.id}-e${index}`,
            index,
            edit,
            rules: {
              judge: { kind: 'rules', name: 'rules 1' },
              verdict: { ...verdict, note: '' },
              reason,
              createdAt: new Date().toISOString(),
            },
            reader: null,
          }
        })
        const made: Comparison = { baseline: before, steered, edits }
        keptOf(caseId).comparisons.unshift(made)
        return made
      },
      'verdict.record': async ({ editId, verdict, reader }) => {
        await sleep(30)
        return change(editId, {
          judge: { kind: 'reader', name: reader },
          verdict,
          reason: '',
          createdAt: new Date().toISOString(),
        })
      },
      'verdict.withdraw': ({ editId }) => change(editId, null),
      'feature.search': ({ query, limit }) =>
        rowsOf(0)
          .filter((row) => row.interpretation.includes(query.toLowerCase()))
          .map((row) => ({ ...row, activation: null }))
          .slice(0, limit),
      'feature.get': ({ index }) => {
        const words = (sentenceOf(index) || 'The lungs are clear.').split(/(?= )/)
        const effect = index % 2 === 0 ? null : { strength: 6, cases: 100, success: 0.62, wellFormed: 0.97 }
        const exemplars = [0, 1, 2].map((turn) => ({
          text: words.join(''),
          tokens: words,
          activations: words.map((_, at) => ((at * 7 + turn * 3) % 5) * 1.4),
        }))
        const about = { index, interpretation: interpretationOf(index), targets: [], comparison: false }
        return { ...about, detectionScore: 0.9, density: 0.01, maxActivation: 7, effect, exemplars }
      },
      'feature.active': ({ token, limit }) => rowsOf(token ?? 0).slice(0, token === null ? limit : 6),
      'import.paths': () => report,
      'import.choose': async (_params, { emit }) => {
        for (const item of report.skipped) {
          emit({ kind: 'skipped', name: item.name, reason: item.reason, refused: false })
          await sleep(20)
        }
        return report
      },
      'export.write': () => {
        throw new HilumError('limit', 'The disk is full.', {
          mend: 'Free 3 MB and export again; the verdicts are kept.',
        })
      },
      'setting.get': ({ key }) => settings.get(key) ?? null,
      'setting.set': ({ key, value }) => {
        settings.set(key, value)
        localStorage.setItem('settings', JSON.stringify(Object.fromEntries(settings)))
        return {}
      },
    }),
  dicom: (port: MessagePort) =>
    serve(domPort(port), dicomContract, {
      'store.open': () => ({}),
      'store.scan': () => ({ films: 0, skipped: 0 }),
      'store.drawDemo': () => ({ films: [], texts: [] }),
      'film.view': ({ hash }) => viewerFilm(hash),
      'film.model': () => {
        throw new HilumError('unsupported', 'Not played.')
      },
      'film.tags': () => [],
    }),
  compute: (port: MessagePort) =>
    serve(domPort(port), computeContract, {
      'model.open': () => model,
      'model.facts': () => model,
      'report.generate': () => {
        throw new HilumError('unsupported', 'Not played.')
      },
      'report.watch': async ({ runId }, { emit, signal }) => {
        let run = watchers.get(runId)
        for (; run === undefined && !signal.aborted; run = watchers.get(runId)) await sleep(15)
        for (let at = 0; run !== undefined && !signal.aborted;) {
          for (; at < run.events.length; at++) emit(run.events[at] as GenerationEvent)
          if (run.ended) break
          await sleep(15)
        }
        return { ended: 'done' as const }
      },
      'text.activations': () => [],
      'cache.clear': () => ({ bytes: 0 }),
    }),
}

function change(editId: string, reader: KeptEdit['reader']): KeptEdit {
  for (const { comparisons } of history.values()) {
    for (const [at, one] of comparisons.entries()) {
      const edit = one.edits.find((candidate) => candidate.id === editId)
      if (edit === undefined) continue
      const kept = { ...edit, reader }
      comparisons[at] = { ...one, edits: one.edits.map((other) => (other.id === editId ? kept : other)) }
      return kept
    }
  }
  throw new HilumError('not-found', `There is no edit ${editId}.`)
}

const bridge: HilumBridge = {
  connect(service) {
    const { port1, port2 } = new MessageChannel()
    start[service](port2)
    const message: PortMessage = { hilum: 'port', service }
    setTimeout(() => window.postMessage(message, location.origin, [port1]), 5)
  },
  pathForFile: (file) => `/dropped/${(file as File).name}`,
  platform: 'linux',
}
Object.assign(window, { hilum: bridge })
