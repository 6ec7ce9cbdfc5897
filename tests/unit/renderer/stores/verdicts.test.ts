import { describe, expect, it } from 'vitest'
import type { KeptEdit } from '../../../../src/shared/contracts/main.ts'
import type { Verdict } from '../../../../src/shared/domain/verdict.ts'
import { HilumError } from '../../../../src/shared/errors.ts'
import { useCase } from '../../../../src/renderer/stores/case.ts'
import { useNotes } from '../../../../src/renderer/stores/notes.ts'
import { useNotices } from '../../../../src/renderer/stores/notices.ts'
import { usePreferences } from '../../../../src/renderer/stores/preferences.ts'
import { useVerdicts } from '../../../../src/renderer/stores/verdicts.ts'
import { caseOf, comparisonOf, editOf, playServices, settled } from '../support.ts'

interface Recorded {
  readonly editId: string
  readonly verdict: Verdict
  readonly reader: string
}

/** A case with three edits; `answer` decides what becomes of a recorded verdict. */
async function threeEdits(answer: (call: Recorded) => Promise<void> | void = () => undefined) {
  const recorded: Recorded[] = []
  const edits = [editOf(0), editOf(1, 'removed'), editOf(2, 'changed')]
  const kept = (editId: string, reader: KeptEdit['reader']): KeptEdit => {
    const edit = edits.find((candidate) => candidate.id === editId) as KeptEdit
    return { ...edit, reader }
  }
  playServices({
    main: {
      'case.get': ({ caseId }) => caseOf(caseId),
      'case.history': () => ({ baseline: null, grounded: null, comparisons: [comparisonOf(edits)] }),
      'setting.get': () => null,
      'setting.set': () => ({}),
      'verdict.record': async (call) => {
        await answer(call)
        recorded.push(call)
        const judge = { kind: 'reader' as const, name: call.reader }
        return kept(call.editId, { judge, verdict: call.verdict, reason: '', createdAt: '2026-01-01T00:00:00Z', correlation: null })
      },
      'verdict.withdraw': ({ editId }) => kept(editId, null),
    },
  })
  const cases = useCase()
  const verdicts = useVerdicts()
  await cases.open('one')
  await settled()
  return { cases, verdicts, recorded }
}

describe('judging edits', () => {
  it('begins at the first edit and goes on to the next when a verdict is kept', async () => {
    const { verdicts, recorded } = await threeEdits()
    expect(verdicts.current?.id).toBe('e0')
    await verdicts.judge('on-target')
    expect(recorded.map((call) => [call.editId, call.verdict.value])).toEqual([['e0', 'on-target']])
    expect(verdicts.current?.id).toBe('e1')
    expect(verdicts.judged).toBe(1)
  })

  it('says saved only when the main process has answered', async () => {
    let release = (): void => undefined
    const disk = new Promise<void>((resolve) => (release = resolve))
    const { verdicts } = await threeEdits(() => disk)
    const edit = verdicts.current as KeptEdit
    const judging = verdicts.judge('neutral')
    await settled()
    expect(verdicts.stateOf(edit)).toBe('saving')
    release()
    await judging
    expect(verdicts.stateOf(verdicts.edits[0] as KeptEdit)).toBe('saved')
  })

  it('says failed, keeps the edit and tells why when the verdict could not be kept', async () => {
    const { verdicts } = await threeEdits(() => {
      throw new HilumError('limit', 'The disk is full.', { mend: 'Free some space.' })
    })
    await verdicts.judge('on-target')
    expect(verdicts.current?.id).toBe('e0')
    expect(verdicts.stateOf(verdicts.current as KeptEdit)).toBe('failed')
    expect(useNotices().latest).toMatchObject({ text: 'The disk is full.', mend: 'Free some space.' })
  })

  it('asks for category and significance before it keeps an off-target verdict', async () => {
    const { verdicts, recorded } = await threeEdits()
    await verdicts.judge('off-target')
    expect(verdicts.asksFor).toBe('category')
    expect(verdicts.stateOf(verdicts.current as KeptEdit)).toBe('draft')
    verdicts.chooseCategory(3)
    expect(verdicts.asksFor).toBe('significance')
    expect(recorded).toEqual([])
    await verdicts.finish('insignificant')
    expect(recorded[0]?.verdict).toEqual({
      value: 'off-target', category: 'wrong-location', significance: 'insignificant', note: '',
    })
    expect(verdicts.asksFor).toBeNull()
  })

  it('loses no open verdict when the reader moves on', async () => {
    const { verdicts, recorded } = await threeEdits()
    await verdicts.judge('off-target')
    verdicts.chooseCategory(1)
    await verdicts.move(1)
    expect(recorded[0]).toMatchObject({ editId: 'e0', verdict: { value: 'off-target', category: 'false-finding' } })
    expect(verdicts.current?.id).toBe('e1')
  })

  it('keeps nothing of a verdict that the reader dropped', async () => {
    const { verdicts, recorded } = await threeEdits()
    await verdicts.judge('off-target')
    verdicts.drop()
    await verdicts.move(1)
    expect(recorded).toEqual([])
  })

  it('takes a verdict back', async () => {
    const { verdicts } = await threeEdits()
    await verdicts.judge('neutral')
    await verdicts.move(-1)
    expect(verdicts.stateOf(verdicts.current as KeptEdit)).toBe('saved')
    await verdicts.withdraw()
    expect(verdicts.stateOf(verdicts.current as KeptEdit)).toBe('none')
  })

  it('stops at both ends of the list', async () => {
    const { verdicts } = await threeEdits()
    await verdicts.move(-1)
    expect(verdicts.position).toBe(0)
    await verdicts.move(9)
    expect(verdicts.position).toBe(2)
  })

  it('signs every verdict with the name of the reader', async () => {
    const { verdicts, recorded } = await threeEdits()
    usePreferences().values.reader = '  Dr Achterberg '
    await verdicts.judge('on-target')
    expect(recorded[0]?.reader).toBe('Dr Achterberg')
  })
})

describe('the note on an edit', () => {
  const first = (verdicts: ReturnType<typeof useVerdicts>): KeptEdit => verdicts.edits[0] as KeptEdit

  it('typed before the verdict waits for it, is kept with it, and is shown when the edit is selected again', async () => {
    const { verdicts, recorded } = await threeEdits()
    const notes = useNotes()
    notes.type(first(verdicts), ' not seen on the film ')
    await verdicts.recordNote()
    expect(recorded).toEqual([])
    expect(verdicts.stateOf(first(verdicts))).toBe('note')
    await verdicts.judge('neutral')
    expect(recorded[0]?.verdict).toMatchObject({ value: 'neutral', note: 'not seen on the film' })
    expect(notes.textOf(verdicts.current as KeptEdit)).toBe('')
    await verdicts.move(-1)
    expect(notes.textOf(verdicts.current as KeptEdit)).toBe('not seen on the film')
    expect(verdicts.stateOf(first(verdicts))).toBe('saved')
  })

  it('typed after the verdict is a new version of it, and the review stays at the edit', async () => {
    const { verdicts, recorded } = await threeEdits()
    await verdicts.judge('off-target')
    verdicts.chooseCategory(3)
    await verdicts.finish('significant')
    await verdicts.move(-1)
    useNotes().type(first(verdicts), 'other side')
    expect(verdicts.stateOf(first(verdicts))).toBe('note')
    await verdicts.recordNote()
    expect(recorded.map((call) => call.verdict)).toEqual([
      { value: 'off-target', category: 'wrong-location', significance: 'significant', note: '' },
      { value: 'off-target', category: 'wrong-location', significance: 'significant', note: 'other side' },
    ])
    expect(verdicts.current?.id).toBe('e0')
    expect(verdicts.stateOf(first(verdicts))).toBe('saved')
    await verdicts.recordNote()
    expect(recorded.length).toBe(2) // nothing new to record
  })

  it('stays with the edit when its verdict changes', async () => {
    const { verdicts, recorded } = await threeEdits()
    useNotes().type(first(verdicts), 'other side')
    await verdicts.judge('neutral')
    await verdicts.move(-1)
    await verdicts.judge('off-target')
    verdicts.chooseCategory(3)
    await verdicts.move(1)
    expect(recorded.at(-1)?.verdict).toMatchObject({ category: 'wrong-location', note: 'other side' })
  })

  it('belongs to an open off-target verdict, and does not close it', async () => {
    const { verdicts, recorded } = await threeEdits()
    await verdicts.judge('off-target')
    useNotes().type(first(verdicts), 'other side')
    await verdicts.recordNote()
    expect([recorded.length, verdicts.asksFor]).toEqual([0, 'category'])
    verdicts.chooseCategory(3)
    await verdicts.finish('significant')
    expect(recorded[0]?.verdict).toMatchObject({ category: 'wrong-location', note: 'other side' })
  })

  it('is not lost when it could not be kept, nor when the reader types on meanwhile', async () => {
    let full = true
    const { verdicts, recorded } = await threeEdits(({ verdict }) => {
      if (full && verdict.note !== '') throw new HilumError('limit', 'The disk is full.')
    })
    const notes = useNotes()
    await verdicts.judge('neutral')
    await verdicts.move(-1)
    notes.type(first(verdicts), 'other side')
    await verdicts.recordNote()
    expect(verdicts.stateOf(first(verdicts))).toBe('failed')
    expect(notes.textOf(first(verdicts))).toBe('other side')
    full = false
    const recording = verdicts.recordNote()
    notes.type(first(verdicts), 'other side, and more')
    await recording
    expect(recorded.at(-1)?.verdict.note).toBe('other side')
    expect(notes.textOf(first(verdicts))).toBe('other side, and more')
    expect(verdicts.stateOf(first(verdicts))).toBe('note')
  })
})
