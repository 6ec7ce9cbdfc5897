import { describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { useCase } from '../../../../src/renderer/stores/case.ts'
import { useFilms } from '../../../../src/renderer/stores/films.ts'
import { useHanging } from '../../../../src/renderer/stores/hanging.ts'
import { useLooks } from '../../../../src/renderer/stores/looks.ts'
import { useNotices } from '../../../../src/renderer/stores/notices.ts'
import { turn } from '../../../../src/renderer/viewer/orientation.ts'
import type { Study } from '../../../../src/shared/domain/study.ts'
import { caseOf, filmOf, playServices, settled } from '../support.ts'

const base = caseOf('one')
const older: Study = { ...base.priorStudy!, uid: 'older', date: '2019-01-01', films: [filmOf('e')] }

/** The window over a workspace whose looks are kept in `looks`, as over a restart. */
async function opened(looks: Map<string, string>) {
  const corrected: string[] = []
  const asked: (number | string | null)[] = []
  playServices({
    main: {
      'case.get': ({ caseId }) => caseOf(caseId),
      'case.history': () => ({ baseline: null, grounded: null, comparisons: [] }),
      'case.others': () => [base.priorStudy!, older],
      'film.correctView': ({ hash, view, reader }) => {
        corrected.push(`${hash} ${view} ${reader}`)
        return {}
      },
      'look.get': ({ subjects }) => Object.fromEntries([...looks].filter(([subject]) => subjects.includes(subject))),
      'look.keep': ({ subject, body }) => {
        looks.set(subject, body)
        return {}
      },
    },
    dicom: {
      'film.view': ({ hash, lut }) => {
        asked.push(lut ?? null)
        return {
          hash, columns: 2, rows: 1, values: Uint16Array.of(0, 100), minimum: 0, maximum: 100, inverted: false,
          windows: [{ center: 50, width: 100, explanation: 'Standard', shape: 'LINEAR' }], spacing: null,
          luts: ['SOFT', 'HARD'], lut: lut === 'none' ? null : (lut ?? 0), patientOrientation: [],
        }
      },
    },
  })
  const films = useFilms()
  const hanging = useHanging()
  await useCase().open('one')
  await settled()
  return { films, hanging, corrected, asked }
}

describe('the look of a film', () => {
  it('is after a restart what it was: window, turn, zoom, LUT and which prior hangs', async () => {
    const looks = new Map<string, string>()
    const before = await opened(looks)
    const hash = base.frontal.hash
    await before.films.load(hash)
    const slot = before.hanging.slots[0]!
    before.films.drag(slot, { x: 10, y: 0 }, 100)
    before.films.reorient(slot, (from) => turn(from, 1))
    before.films.setView(slot, { centerX: 0.2, centerY: 0.7, zoom: 3 })
    before.hanging.stepPrior(1)
    await nextTick()
    useLooks().flush()
    await settled()

    const after = await opened(looks)
    await after.films.load(hash)
    expect(after.films.presentations.get(hash)).toEqual(before.films.presentations.get(hash))
    expect(after.films.orientationOf(hash)).toEqual({ mirrored: false, quarterTurns: 1 })
    expect(after.films.viewOf(after.hanging.slots[0]!)).toEqual({ centerX: 0.2, centerY: 0.7, zoom: 3 })
    expect(after.hanging.priorStudy?.uid).toBe('older')
  })

  it('reads the film anew through the LUT that was chosen', async () => {
    const looks = new Map<string, string>()
    const { films, hanging, asked } = await opened(looks)
    const hash = base.frontal.hash
    await films.load(hash)
    films.chooseLut(hash, 1)
    expect(films.presentations.has(hash)).toBe(false)
    await films.load(hash)
    expect(asked).toEqual([null, 1])
    films.invertFilms(hanging.slots[0]!)
    useLooks().flush()
    await settled()
    const again = await opened(looks)
    await again.films.load(hash)
    expect(again.asked).toEqual([1])
  })

  it('that was damaged is as if nobody had looked', async () => {
    const { films } = await opened(new Map([[`film ${base.frontal.hash}`, '{"window":'], ['case one', '7']]))
    await films.load(base.frontal.hash)
    expect(films.presentations.get(base.frontal.hash)?.source).toBe('Standard')
  })
})

describe('hanging', () => {
  it('goes through layouts and through the other studies, and stops at the oldest', async () => {
    const { hanging } = await opened(new Map())
    const layouts = [0, 1, 2].map(() => (hanging.nextLayout(), hanging.layout))
    expect(layouts).toEqual(['2×2', '1×1', '1×2'])
    const uids = [1, 1, -1].map((by) => (hanging.stepPrior(by as 1 | -1), hanging.priorStudy?.uid))
    expect(uids).toEqual(['older', 'older', base.priorStudy?.uid])
  })

  it("files a film as the other view, in the reader's name, and says what the file says", async () => {
    const { hanging, corrected } = await opened(new Map())
    await hanging.correctView(hanging.slots[0]!)
    expect(corrected).toEqual([`${base.frontal.hash} lateral Reader`])
    expect(useNotices().latest?.text).toMatch(/^Filed as lateral, and remembered; the file says /)
    await hanging.correctView({ ...hanging.slots[0]!, film: null }) // from the empty place it is put back
    expect(corrected[1]).toBe(`${base.frontal.hash} frontal Reader`)
  })
})
