import type { KeptGeneration } from '../shared/contracts/main.ts'
import { noticesFor, type NoticedModel } from '../shared/domain/notices.ts'
import type { Case } from '../shared/domain/study.ts'
import type { ReportMode, Timings } from '../shared/domain/generation.ts'
import { milliseconds } from './table.ts'

/** A kept generation as the command line shows it to a program. */
export function generationView({ id, createdAt, fromStore, findings, generation }: KeptGeneration) {
  const { text, phrases, unparsedTail, stopped, tokens, timings, provenance } = generation
  return {
    id, createdAt, fromStore, text, findings, phrases, unparsedTail, stopped,
    tokens: tokens.map((token) => ({ id: token.id, text: token.text, start: token.start })),
    timings: timingsView(timings), provenance,
  }
}

/** Timings with the stages as a reader of benchmarks names them: prefill is the prompt through both halves. */
export function timingsView(timings: Timings) {
  return { ...timings, prefillMs: timings.frontMs + timings.backMs }
}

/** One line about how long it took. */
export function timingsLine(timings: Timings, fromStore: boolean): string {
  const { visionMs, decodeMs, tokensPerSecond, generatedTokens, promptTokens, drafted, accepted, reused } = timings
  const { prefillMs } = timingsView(timings)
  const parts = [
    `vision ${milliseconds(visionMs)}`,
    `prefill ${milliseconds(prefillMs)} (${promptTokens} tokens)`,
    `decode ${milliseconds(decodeMs)} (${generatedTokens} tokens, ${Math.round(tokensPerSecond)} a second)`,
    ...(drafted > 0 ? [`${accepted} of ${drafted} drafted tokens accepted`] : []),
    ...(reused.imageTokens + reused.frontTokens + reused.promptTokens > 0
      ? [`reused ${reused.imageTokens} image, ${reused.frontTokens} front and ${reused.promptTokens} prompt tokens`]
      : []),
  ]
  return `${fromStore ? 'From the store; when it was made: ' : ''}${parts.join(', ')}.`
}

/** What must stand beside the text of a case. */
export function noticesOf(subject: Case, model: NoticedModel, mode: ReportMode = 'findings'): readonly string[] {
  const films = [subject.frontal, subject.lateral, subject.prior]
  return noticesFor(model, films.every((film) => film === null || film.phantom), mode)
}
