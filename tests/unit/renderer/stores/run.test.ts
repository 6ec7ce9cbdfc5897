import { describe, expect, it } from 'vitest'
import { advance, fractionDone, stageText, startRun } from '../../../../src/renderer/stores/run.ts'

describe('a run', () => {
  const run = startRun('r', 'steered', 0)

  it('says what it is doing, with numbers', () => {
    expect(stageText(run)).toBe('Steered: waiting for the model')
    expect(stageText(advance(run, { stage: 'vision' }))).toBe('Steered: reading the films')
    const reading = advance(run, { stage: 'prompt', done: 103, total: 412 })
    expect(stageText(reading)).toBe('Steered: reading the prompt, 103 of 412 tokens')
    expect(fractionDone(reading)).toBe(0.25)
    const writing = advance(reading, { stage: 'token', index: 0, text: 'No', textSoFar: 'No' })
    expect(stageText(writing)).toBe('Steered: writing, 1 token')
    expect(fractionDone(writing)).toBeNull()
  })
})
