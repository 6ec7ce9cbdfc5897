import type { Finding } from '../../../src/shared/domain/finding.ts'
import type { Edit } from '../../../src/shared/domain/edit.ts'
import type { Generation } from '../../../src/shared/domain/generation.ts'
import type { Intervention } from '../../../src/shared/domain/intervention.ts'
import { BASELINE } from '../../../src/shared/domain/intervention.ts'
import type { InstanceFacts } from '../../../src/shared/contracts/dicom.ts'
import type { Connection } from '../../../src/main/database/connection.ts'
import { keepComparison } from '../../../src/main/database/comparisons.ts'
import { keepGeneration } from '../../../src/main/database/generations.ts'
import { sha256 } from '../../../src/main/database/sha256.ts'
import { fileFilms } from '../../../src/main/workspace/fileFilms.ts'
import { formCases } from '../../../src/main/workspace/formCases.ts'

export const AT = '2026-11-22T10:00:00.000Z'

/** Facts of one film, as the dicom process reports them. */
export function facts(change: Partial<InstanceFacts> = {}): InstanceFacts {
  const sop = change.sopInstanceUid ?? '1.2.3.1'
  return {
    hash: sha256(sop), bytes: 1000, source: 'dicom', sopInstanceUid: sop, seriesInstanceUid: `${sop}.9`,
    studyInstanceUid: '1.2.3', sopClassUid: '1.2.840.10008.5.1.4.1.1.1.1', patientId: 'P1', patientName: 'Doe^Jane',
    birthDate: '1950-02-03', sex: 'F', studyDate: '2026-11-20', studyTime: '09:30:00', studyOffset: null,
    studyDescription: 'Chest PA',
    seriesDescription: 'PA', accession: 'A1', modality: 'DX', view: 'frontal', viewPosition: 'PA', columns: 1024, rows: 1024,
    phantom: true, ...change,
  }
}

/** Files one case and returns its id. */
export function fileCase(connection: Connection, films: readonly InstanceFacts[] = [facts()]): string {
  const filed = fileFilms(connection, films, AT)
  return filed.patients.flatMap((patient) => formCases(connection, patient))[0] ?? ''
}

export function generation(text: string, intervention: Intervention = BASELINE): Generation {
  const features = [{ feature: 3, activation: 2.5 }, { feature: 9, activation: 0.5 }]
  return {
    text, tokens: [{ id: 7, text, start: 0, features }],
    phrases: null, unparsedTail: '', stopped: 'eos',
    timings: {
      visionMs: 10, frontMs: 5, backMs: 4, decodeMs: 30, totalMs: 49, tokensPerSecond: 33, promptTokens: 120,
      generatedTokens: 1, featuresMs: 0, drafted: 0, accepted: 0, batch: 1,
      reused: { imageTokens: 0, frontTokens: 0, promptTokens: 0, bytes: 0 },
    },
    provenance: {
      hilumVersion: '0.1.0', modelName: 'test', licence: null, modelHash: 'a'.repeat(64), dictionaryHash: 'b'.repeat(64), hookLayer: 3,
      promptHash: 'c'.repeat(64), imageHashes: ['d'.repeat(64)], mode: 'findings', intervention, maxNewTokens: 300,
      decoding: 'greedy', runtime: 'test', provider: 'cpu', format: 'f32', threads: 1,
    },
  }
}

export const EFFUSION: Finding = {
  observation: 'pleural-effusion', polarity: 'positive', certainty: 'certain', severity: 'small', laterality: 'left',
  location: null, change: null, placement: null, millimetres: null,
  span: { start: 11, end: 32 }, sentence: 0, sentenceSpan: { start: 0, end: 33 },
}

export const ADDED: Edit = {
  kind: 'added', aspects: [], baseline: null, steered: EFFUSION, baselineSpans: [], steeredSpans: [{ start: 0, end: 33 }],
}

/** Keeps a comparison with `edits` added effusions and returns their ids. */
export function keepEdits(connection: Connection, caseId: string, edits = 1, strength = 3): readonly string[] {
  const intervention: Intervention = { terms: [{ feature: 3, strength }], method: 'add', positions: 'generated' }
  const common = { caseId, mode: 'findings', phrase: null, at: AT } as const
  const baseline = keepGeneration(connection, {
    ...common, key: sha256(`baseline ${caseId}`), baseline: true, generation: generation('The lungs are clear.'), findings: [],
  })
  const steered = keepGeneration(connection, {
    ...common, key: sha256(`steered ${caseId} ${strength}`), baseline: false,
    generation: generation('There is a small left pleural effusion.', intervention), findings: [EFFUSION],
  })
  const verdict = { value: 'on-target', category: null, significance: null, note: '' } as const
  const judged = Array.from({ length: edits }, () => ({ edit: ADDED, verdict, reason: 'The target appears.' }))
  return keepComparison(connection, { baseline, steered, edits: judged, at: AT }).edits.map((edit) => edit.id)
}
