import { describe, expect, it } from 'vitest'
import { HilumError } from '../../../../src/shared/errors.ts'
import { useCase } from '../../../../src/renderer/stores/case.ts'
import { useNotices } from '../../../../src/renderer/stores/notices.ts'
import { useWorkspace } from '../../../../src/renderer/stores/workspace.ts'
import { caseOf, comparisonOf, editOf, generationOf, playServices, settled, type Played } from '../support.ts'

const empty = { baseline: null, grounded: null, comparisons: [] }

async function opened(played: Played) {
  const { services } = playServices({
    ...played,
    main: { 'case.get': ({ caseId }) => caseOf(caseId), 'case.history': () => empty, ...played.main },
  })
  const cases = useCase()
  await cases.open('one')
  return { cases, services }
}

describe('a case on the screen', () => {
  it('shows the case that was asked for last, however late the others answer', async () => {
    const { cases } = await opened({
      main: {
        'case.get': async ({ caseId }) => {
          if (caseId === 'slow') await new Promise((resolve) => setTimeout(resolve, 20))
          return caseOf(caseId)
        },
      },
    })
    const slow = cases.open('slow')
    await cases.open('quick')
    await slow
    expect(cases.current?.id).toBe('quick')
  })

  it('shows the tokens of its own run while the findings are written', async () => {
    let finish = (): void => undefined
    const writing = new Promise<void>((resolve) => (finish = resolve))
    let runId = ''
    const { cases } = await opened({
      main: {
        'report.baseline': async (params) => {
          runId = params.runId
          await writing
          return generationOf('g', 'The heart is normal.')
        },
      },
      compute: {
        'report.watch': async (params, { emit }) => {
          expect(params.runId).toBe(runId)
          emit({ stage: 'vision' })
          emit({ stage: 'prompt', done: 40, total: 40 })
          emit({ stage: 'token', index: 0, text: 'The', textSoFar: 'The' })
          emit({ stage: 'token', index: 1, text: ' heart', textSoFar: 'The heart' })
          await writing
          return { ended: 'done' }
        },
      },
    })
    const done = cases.generateBaseline()
    await settled()
    expect(cases.run).toMatchObject({ kind: 'baseline', stage: 'token', tokens: 2, text: 'The heart' })
    finish()
    await done
    expect(cases.run).toBeNull()
    expect(cases.left?.generation.text).toBe('The heart is normal.')
  })

  it('asks for the tokens once, and stops waiting for a run that the store answered', async () => {
    let asked = 0
    let waiting = 0
    const { cases } = await opened({
      main: { 'report.baseline': () => settled().then(() => generationOf('g', 'Text.')) },
      compute: {
        'report.watch': (_params, { signal }) =>
          new Promise((_, reject) => {
            asked += 1
            waiting += 1
            signal.addEventListener('abort', () => {
              waiting -= 1
              reject(new HilumError('cancelled', 'Cancelled.'))
            })
          }),
      },
    })
    await cases.generateBaseline()
    await settled()
    expect([asked, waiting]).toEqual([1, 0])
    expect(useNotices().notices).toEqual([])
  })

  it('cancels a run without a word of complaint', async () => {
    let stopped = false
    const { cases } = await opened({
      main: {
        'report.steer': (_params, { signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              stopped = true
              reject(new HilumError('cancelled', 'Cancelled.'))
            })
          }),
      },
    })
    const done = cases.steer({ terms: [{ feature: 1, strength: 2 }], method: 'add', positions: 'generated' })
    await settled()
    expect(cases.cancel()).toBe(true)
    expect(await done).toBeNull()
    await settled()
    expect(stopped).toBe(true)
    expect(cases.run).toBeNull()
    expect(useNotices().notices).toEqual([])
    expect(cases.cancel()).toBe(false)
  })

  it('runs one generation at a time', async () => {
    let runs = 0
    const { cases } = await opened({
      main: {
        'report.baseline': async () => {
          runs += 1
          await settled()
          return generationOf('g', 'Text.')
        },
      },
    })
    await Promise.all([cases.generateBaseline(), cases.generateBaseline()])
    expect(runs).toBe(1)
  })

  it('shows the newest comparison first and older ones on request', async () => {
    const older = comparisonOf([editOf(0)])
    const { cases } = await opened({
      main: {
        'case.history': () => ({ baseline: older.baseline, grounded: null, comparisons: [older] }),
        'report.steer': () => ({ ...comparisonOf([editOf(1)]), steered: generationOf('g2', 'New.') }),
      },
    })
    await cases.steer({ terms: [{ feature: 1, strength: 2 }], method: 'add', positions: 'generated' })
    expect(cases.comparison?.steered.id).toBe('g2')
    cases.showRun(1)
    expect(cases.comparison?.steered.id).toBe('g1')
    cases.showRun(1)
    expect(cases.comparison?.steered.id).toBe('g1')
  })

  it('does not say again why there is no model', async () => {
    const ended = new AbortController()
    const state = {
      path: '', version: '', ready: true, step: '', done: 0, total: 0, model: null, cases: 1,
      modelError: 'The checkpoint has no config.json. Download it again.',
    }
    let thrown = new HilumError('not-found', 'The checkpoint has no config.json.', { mend: 'Download it again.' })
    const { cases } = await opened({
      main: {
        'workspace.watch': (_params, { emit, signal }) => {
          emit(state)
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve({})))
        },
        'report.baseline': () => {
          throw thrown
        },
      },
    })
    void useWorkspace().follow(ended.signal)
    await settled()
    await cases.generateBaseline()
    expect(useNotices().notices).toEqual([])
    thrown = new HilumError('limit', 'The disk is full.')
    await cases.generateBaseline()
    expect(useNotices().latest?.text).toBe('The disk is full.')
    ended.abort()
  })

  it('tells what went wrong and stays usable', async () => {
    const { cases } = await opened({
      main: {
        'report.baseline': () => {
          throw new HilumError('unavailable', 'No model is open.', { mend: 'Open one.' })
        },
      },
    })
    await cases.generateBaseline()
    expect(useNotices().latest).toMatchObject({ tone: 'error', text: 'No model is open.', mend: 'Open one.' })
    expect(cases.run).toBeNull()
  })
})
