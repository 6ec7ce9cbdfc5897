import { beforeEach, describe, expect, it } from 'vitest'
import { HilumError } from '../../../../src/shared/errors.ts'
import { useNotices } from '../../../../src/renderer/stores/notices.ts'
import { playServices } from '../support.ts'

beforeEach(() => void playServices({}))

describe('the notices', () => {
  it('of one kind go when what they told of is over, and leave the others', () => {
    const notices = useNotices()
    notices.report(new HilumError('limit', 'The disk is full.'))
    notices.report(new HilumError('unavailable', 'Lost the connection to the compute process.'))
    notices.dismissKind('unavailable')
    expect(notices.notices.map((notice) => notice.text)).toEqual(['The disk is full.'])
  })

  it('say nothing of a cancellation', () => {
    useNotices().report(new HilumError('cancelled', 'Cancelled.'))
    expect(useNotices().latest).toBeNull()
  })
})
