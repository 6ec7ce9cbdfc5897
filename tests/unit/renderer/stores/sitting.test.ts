import { describe, expect, it } from 'vitest'
import type { ItemView } from '../../../../src/shared/contracts/review.ts'
import type { AnswerBody } from '../../../../src/shared/domain/answer.ts'
import { HilumError } from '../../../../src/shared/errors.ts'
import { judge } from '../../../../src/renderer/stores/answerDraft.ts'
import { useCase } from '../../../../src/renderer/stores/case.ts'
import { useSitting } from '../../../../src/renderer/stores/sitting.ts'
import { caseOf, editOf, playServices } from '../support.ts'

/** A reader with two items of one edit each; `refuse` makes keeping an answer fail. */
async function twoItems(refuse = false) {
  const submitted: AnswerBody[] = []
  const view = (answered: number): ItemView => ({
    showing: `showing ${answered}`, setId: 's1', setName: 'Pilot', task: 'edits', answered, assigned: 2,
    case: caseOf(`case ${answered}`), feature: { index: 3, interpretation: 'Effusion' }, sides: ['A', 'B'],
    texts: ['No effusion.', 'An effusion.'], edits: [editOf(0).edit], samples: [], sentences: [],
  })
  playServices({
    main: {
      'reader.signIn': ({ pin }) => {
        if (pin !== '2468') throw new HilumError('bad-input', 'That is not the PIN of Ada.')
        return { token: 't', reader: { id: 'r1', name: 'Ada' } }
      },
      'reader.signOut': () => ({}),
      'review.work': () => [
        { setId: 's1', name: 'Pilot', task: 'edits', answered: submitted.length, assigned: 2, opensAt: null },
      ],
      'review.next': () => submitted.length < 2 ? { kind: 'item', item: view(submitted.length) } : { kind: 'done', answered: 2 },
      'review.submit': ({ body }) => {
        if (refuse) throw new HilumError('limit', 'The disk is full: the last change was not kept.')
        submitted.push(body)
        return { answered: submitted.length, assigned: 2, seconds: 4 }
      },
    },
  })
  const sitting = useSitting()
  await sitting.signIn('Ada', '2468', false)
  return { sitting, submitted }
}

describe('a sitting', () => {
  it('begins with name and PIN, and says what is wrong with them', async () => {
    const { sitting } = await twoItems()
    expect(sitting.reader?.name).toBe('Ada')
    await sitting.signOut()
    expect(await sitting.signIn('Ada', '1', false)).toBe(false)
    expect(sitting.refusal).toBe('That is not the PIN of Ada.')
    expect(sitting.reader).toBeNull()
  })

  it('hangs the films of the item and nothing that was generated, and goes from item to item', async () => {
    const { sitting, submitted } = await twoItems()
    await sitting.open('s1')
    expect(useCase().current?.id).toBe('case 0')
    expect(useCase().comparisons).toEqual([])
    await sitting.submit()
    expect(submitted).toEqual([]) // nothing to submit yet
    for (let at = 0; at < 2; at++) {
      sitting.draft = { ...judge(sitting.draft, 'on-target'), overall: '1' }
      expect(sitting.complete).toBe(true)
      await sitting.submit()
    }
    expect(submitted.length).toBe(2)
    expect(sitting.item).toBeNull()
    expect(useCase().current).toBeNull()
    expect(sitting.work[0]?.answered).toBe(2)
  })

  it('stays at an item whose answer could not be kept', async () => {
    const { sitting } = await twoItems(true)
    await sitting.open('s1')
    sitting.draft = { ...judge(sitting.draft, 'neutral'), overall: '2a' }
    const before = sitting.draft
    await sitting.submit()
    expect(sitting.item?.showing).toBe('showing 0')
    expect(sitting.draft).toEqual(before)
  })
})
