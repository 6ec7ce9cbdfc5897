import { describe, expect, it } from 'vitest'
import { generationKey, type Request } from '../../../../src/main/workspace/generationKey.ts'
import type { Case, Film } from '../../../../src/shared/domain/study.ts'
import { MODEL } from '../fakeServices.ts'

const film = (hash: string): Film => ({
  hash, sopInstanceUid: hash, seriesInstanceUid: 's', studyInstanceUid: 'u', modality: 'DX', view: 'frontal', viewPosition: 'PA', columns: 9,
  rows: 9, phantom: true,
})
const study = {
  uid: 'u', date: null, time: null, offset: null, description: '', accession: '', films: [], report: null, indication: 'Cough.', technique: 'PA.',
  comparison: null,
}
const subject: Case = {
  id: 'c1', patient: { id: 'P', name: 'N', birthDate: null, sex: null }, study, frontal: film('f'), lateral: film('l'), prior: film('p'),
  priorStudy: { ...study, uid: 'v', report: 'Clear.' }, status: 'unread',
}
const request: Request = {
  mode: 'findings', phrase: null, maxNewTokens: 300,
  intervention: { terms: [{ feature: 1, strength: 2 }, { feature: 5, strength: -1 }], method: 'add', positions: 'generated' },
}
const key = generationKey(subject, request, MODEL, '0.1.0')
const steered = (change: Partial<Request['intervention']>) => ({ ...request, intervention: { ...request.intervention, ...change } })

describe('the key of a generation', () => {
  it.each<[string, string]>([
    ['the frontal film', generationKey({ ...subject, frontal: film('g') }, request, MODEL, '0.1.0')],
    ['the lateral film', generationKey({ ...subject, lateral: null }, request, MODEL, '0.1.0')],
    ['the prior film', generationKey({ ...subject, prior: film('q') }, request, MODEL, '0.1.0')],
    ['the prior report', generationKey({ ...subject, priorStudy: { ...study, report: 'Worse.' } }, request, MODEL, '0.1.0')],
    ['the indication', generationKey({ ...subject, study: { ...study, indication: null } }, request, MODEL, '0.1.0')],
    ['the mode', generationKey(subject, { ...request, mode: 'grounded' }, MODEL, '0.1.0')],
    ['the phrase', generationKey(subject, { ...request, mode: 'phrase', phrase: 'heart' }, MODEL, '0.1.0')],
    ['the token limit', generationKey(subject, { ...request, maxNewTokens: 10 }, MODEL, '0.1.0')],
    ['a strength', generationKey(subject, steered({ terms: [{ feature: 1, strength: 3 }, { feature: 5, strength: -1 }] }), MODEL, '0.1.0')],
    ['the method', generationKey(subject, steered({ method: 'ablate' }), MODEL, '0.1.0')],
    ['the positions', generationKey(subject, steered({ positions: 'all' }), MODEL, '0.1.0')],
    ['the model', generationKey(subject, request, { ...MODEL, modelHash: 'x' }, '0.1.0')],
    ['the dictionary', generationKey(subject, request, { ...MODEL, dictionaryHash: 'x' }, '0.1.0')],
    ['the provider', generationKey(subject, request, { ...MODEL, provider: 'cuda' }, '0.1.0')],
    ['the version', generationKey(subject, request, MODEL, '0.2.0')],
  ])('changes with %s', (_what, other) => {
    expect(other).not.toBe(key)
  })

  it('does not change with the order of the terms, the patient, or how many threads there are', () => {
    const terms = [{ feature: 5, strength: -1 }, { feature: 1, strength: 2 }]
    expect(generationKey(subject, steered({ terms }), MODEL, '0.1.0')).toBe(key)
    expect(generationKey({ ...subject, status: 'judged' }, request, { ...MODEL, threads: 8, loadMs: 3 }, '0.1.0')).toBe(key)
  })
})
