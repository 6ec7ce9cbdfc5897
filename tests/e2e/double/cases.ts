import { phantomCase, promptFields, type PhantomCase } from '../../../src/phantom/phantomCase.ts'
import type { Case, CaseSummary, Film, Study } from '../../../src/shared/domain/study.ts'
import { HilumError } from '../../../src/shared/errors.ts'

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

/** A case of the double: its row of the worklist, the case, and the phantom that both are drawn from. */
export interface Kept {
  readonly summary: CaseSummary
  readonly whole: Case
  readonly phantom: PhantomCase
}

const hashOf = (caseAt: number, view: number): string => `${caseAt}${view}`.padStart(64, '0')

function study(at: number, date: string, films: Film[], report: string | null, phantom: PhantomCase): Study {
  const { technique, comparison } = promptFields(phantom)
  return {
    uid: `1.2.${at}.${date}`,
    date,
    time: '08:30:00',
    offset: null,
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

export const cases: Kept[] = NAMES.map((name, at) => {
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
    studyOffset: null,
    modality: 'DX',
    description: current.description,
    accession: current.accession,
    films: before === null ? 2 : 3,
    priorDate,
    priorOffset: null,
    phantom: at < 11,
    status: (['unread', 'in-progress', 'judged'] as const)[at % 3] as CaseSummary['status'],
    verdicts: (at % 3) * 3,
  }
  return { summary, whole, phantom }
})

export function caseOf(caseId: string): Kept {
  const found = cases.find((one) => one.whole.id === caseId)
  if (found === undefined) throw new HilumError('not-found', `There is no case ${caseId}.`)
  return found
}

/** What the model writes about a case: the phantom's own report. */
export const textOf = (kept: Kept): string => kept.phantom.report.map((sentence) => sentence.text).join(' ')
