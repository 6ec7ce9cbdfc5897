import { extractFindings } from '../../../src/compute/report/findings.ts'
import type { KeptGeneration } from '../../../src/shared/contracts/main.ts'
import type { Intervention } from '../../../src/shared/domain/intervention.ts'
import { model } from './model.ts'

let generations = 0
/** A kept generation of a text, with the findings that the real code draws from it. */
export function generation(
  caseId: string,
  text: string,
  intervention: Intervention,
  fromStore = false,
): KeptGeneration {
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
        featuresMs: 0,
        drafted: 0,
        accepted: 0,
        batch: 1,
        reused: { imageTokens: 0, frontTokens: 0, promptTokens: 0, bytes: 0 },
      },
      provenance: {
        hilumVersion: '0.1.0',
        modelName: model.name,
        licence: null,
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
