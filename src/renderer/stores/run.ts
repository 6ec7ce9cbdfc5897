import type { GenerationEvent } from '../../shared/contracts/compute.ts'

/** A generation under way, as the progress line and the report panes show it. */
export interface Run {
  readonly runId: string
  readonly kind: 'baseline' | 'grounded' | 'steered'
  readonly startedAt: number // milliseconds, performance.now()
  readonly stage: 'waiting' | GenerationEvent['stage']
  /** Prompt tokens read, of how many; both 0 before that stage. */
  readonly promptDone: number
  readonly promptTotal: number
  readonly tokens: number
  readonly text: string
}

export function startRun(runId: string, kind: Run['kind'], startedAt: number): Run {
  return { runId, kind, startedAt, stage: 'waiting', promptDone: 0, promptTotal: 0, tokens: 0, text: '' }
}

/** The run after an event. */
export function advance(run: Run, event: GenerationEvent): Run {
  if (event.stage === 'prompt') return { ...run, stage: 'prompt', promptDone: event.done, promptTotal: event.total }
  if (event.stage === 'token') return { ...run, stage: 'token', tokens: event.index + 1, text: event.textSoFar }
  return { ...run, stage: event.stage }
}

/** What the run is doing, in a few words with numbers. */
export function stageText(run: Run): string {
  const who = { baseline: 'Baseline', grounded: 'Grounded findings', steered: 'Steered' }[run.kind]
  switch (run.stage) {
    case 'waiting':
      return `${who}: waiting for the model`
    case 'vision':
      return `${who}: reading the films`
    case 'prompt':
      return `${who}: reading the prompt, ${run.promptDone} of ${run.promptTotal} tokens`
    case 'token':
      return `${who}: writing, ${run.tokens} ${run.tokens === 1 ? 'token' : 'tokens'}`
  }
}

/** How far the run is, 0 to 1, or null where nobody can know (while writing, while waiting). */
export function fractionDone(run: Run): number | null {
  return run.stage === 'prompt' && run.promptTotal > 0 ? run.promptDone / run.promptTotal : null
}
