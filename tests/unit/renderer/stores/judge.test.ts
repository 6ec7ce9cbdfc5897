import { describe, expect, it } from 'vitest'
import { useCase } from '../../../../src/renderer/stores/case.ts'
import { useJudge } from '../../../../src/renderer/stores/judge.ts'
import { useNotices } from '../../../../src/renderer/stores/notices.ts'
import { questionText, scoresInWords } from '../../../../src/renderer/text/judgeWords.ts'
import { JUDGE_OFF, type JudgeSettings } from '../../../../src/shared/domain/judging.ts'
import { HilumError } from '../../../../src/shared/errors.ts'
import { caseOf, comparisonOf, editOf, playServices, settled } from '../support.ts'

const QUESTION = {
  task: 'fluency' as const, address: 'http://localhost:1/v1',
  body: JSON.stringify({ messages: [{ role: 'user', content: 'How well?' }] }),
}
const VERDICT = {
  judge: { kind: 'model' as const, name: 'small' }, reason: 'As asked.', createdAt: '2026-01-01T00:00:00Z', correlation: null,
  verdict: { value: 'on-target' as const, category: null, significance: null, note: '' },
}

async function opened(ask: 'answers' | 'hangs' | 'fails') {
  let settings: JudgeSettings = JUDGE_OFF
  const edit = editOf(1)
  const calls: string[] = []
  playServices({
    main: {
      'case.get': ({ caseId }) => caseOf(caseId),
      'case.history': () => ({ baseline: null, grounded: null, comparisons: [comparisonOf([edit])] }),
      'judge.settings': () => settings,
      'judge.configure': ({ settings: made }) => (settings = made),
      'judge.preview': () => {
        calls.push('preview')
        return [QUESTION]
      },
      'judge.scores': () => [],
      'judge.ask': async (_params, { signal }) => {
        calls.push('ask')
        if (ask === 'fails') throw new HilumError('unavailable', 'The judge is away.')
        if (ask === 'hangs') {
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
          throw new HilumError('cancelled', 'Cancelled.')
        }
        const scores = [{ model: 'small', concept: 2, fluency: 1, overall: 4 / 3, failures: [] }]
        return { comparison: comparisonOf([{ ...edit, model: VERDICT }]), scores }
      },
    },
  })
  const cases = useCase()
  await cases.open('one')
  return { judge: useJudge(), cases, calls }
}
const ON = { on: true, address: 'http://localhost:1/v1', model: 'small', timeoutSeconds: 60 }

describe('a language model in the window', () => {
  it('is off and sends nothing until it is turned on; then what goes there is shown first', async () => {
    const { judge, calls } = await opened('answers')
    await judge.show()
    expect(judge.settings.on).toBe(false)
    expect(calls).toEqual([])
    await judge.configure(ON)
    expect(calls).toEqual(['preview'])
    expect(judge.questions).toEqual([QUESTION])
  })

  it('puts its verdicts beside the edits', async () => {
    const { judge, cases } = await opened('answers')
    await judge.show()
    await judge.configure(ON)
    await judge.ask()
    expect(cases.comparison?.edits[0]?.model).toEqual(VERDICT)
    expect(judge.progress).toBeNull()
    expect(judge.scores.map(scoresInWords)).toEqual(['small: concept 2 of 2, fluency 1 of 2, overall 1.33'])
  })

  it('can be stopped while it is asked', async () => {
    const { judge } = await opened('hangs')
    await judge.show()
    await judge.configure(ON)
    const asking = judge.ask()
    await settled()
    judge.stop()
    await asking
    expect(judge.open).toBe(true)
    expect(judge.progress).toBeNull()
    expect(useNotices().notices).toEqual([])
    judge.stop()
    expect(judge.open).toBe(false)
  })

  it('is said in words: what is sent, and what failed', () => {
    expect(questionText(QUESTION)).toBe('[user]\nHow well?')
    const failures = [{ task: 'edits' as const, failure: 'timeout' as const }]
    expect(scoresInWords({ model: 'small', concept: null, fluency: null, overall: null, failures }))
      .toBe('small: edits failed: no answer in time')
  })
})
