import { describe, expect, it } from 'vitest'
import { useCase } from '../../../../src/renderer/stores/case.ts'
import { useMeasurements } from '../../../../src/renderer/stores/measurements.ts'
import { useNotices } from '../../../../src/renderer/stores/notices.ts'
import type { Measurement } from '../../../../src/shared/domain/measurement.ts'
import { HilumError } from '../../../../src/shared/errors.ts'
import { caseOf, playServices, settled } from '../support.ts'

const FILM = 'a'.repeat(64)
const at = (x: number, y: number) => ({ x, y })

/** An open case whose measurements are kept in a map, as the workspace keeps them. */
async function opened(first: readonly Measurement[] = [], full = false) {
  const kept = new Map(first.map((one) => [one.id, one]))
  playServices({
    main: {
      'case.get': ({ caseId }) => caseOf(caseId),
      'case.history': () => ({ baseline: null, grounded: null, comparisons: [] }),
      'measurement.list': () => [...kept.values()],
      'measurement.keep': ({ measurement }) => {
        if (full) throw new HilumError('limit', 'The disk is full.')
        kept.set(measurement.id, measurement)
        return {}
      },
      'measurement.remove': ({ id }) => {
        kept.delete(id)
        return {}
      },
    },
  })
  const measurements = useMeasurements()
  await useCase().open('one')
  await settled()
  return { measurements, kept }
}
type Measurements = ReturnType<typeof useMeasurements>

function draw(measurements: Measurements, kind: Measurement['kind'], ...points: { x: number; y: number }[]): void {
  measurements.take(kind)
  for (const point of points) measurements.place(FILM, point)
}

describe('measuring', () => {
  it('takes as many points as the kind has, then keeps the mark and puts the tool away', async () => {
    const { measurements, kept } = await opened()
    draw(measurements, 'angle', at(0, 0), at(5, 5))
    expect([measurements.draft?.points.length, kept.size]).toEqual([2, 0])
    measurements.place(FILM, at(10, 0))
    await measurements.settled()
    expect([measurements.tool, measurements.draft]).toEqual([null, null])
    expect([...kept.values()]).toMatchObject([{ kind: 'angle', filmHash: FILM, points: [at(0, 0), at(5, 5), at(10, 0)] }])
  })

  it('begins anew on another film', async () => {
    const { measurements } = await opened()
    draw(measurements, 'length', at(0, 0))
    measurements.point('b'.repeat(64), at(3, 3))
    expect(measurements.draft).toMatchObject({ points: [], cursor: at(3, 3) })
  })

  it('undoes, redoes and keeps what is seen', async () => {
    const { measurements, kept } = await opened()
    draw(measurements, 'probe', at(1, 1))
    draw(measurements, 'probe', at(2, 2))
    measurements.removeSelected()
    measurements.undo()
    measurements.undo()
    await measurements.settled()
    expect([...kept.values()].map((one) => one.points[0])).toEqual([at(1, 1)])
    measurements.redo()
    await measurements.settled()
    expect(kept.size).toBe(2)
  })

  it('makes one step of a drag', async () => {
    const { measurements, kept } = await opened()
    draw(measurements, 'probe', at(1, 1))
    const [mark] = measurements.marksOn(FILM)
    for (const x of [2, 3, 4]) measurements.drag({ ...mark!, points: [at(x, 1)] })
    await measurements.settled()
    expect([...kept.values()][0]?.points).toEqual([at(1, 1)])
    measurements.settleDrag()
    await measurements.settled()
    expect([...kept.values()][0]?.points).toEqual([at(4, 1)])
    measurements.undo()
    expect(measurements.marksOn(FILM)[0]?.points).toEqual([at(1, 1)])
  })

  it('asks an arrow for its words and a calibration line for its length', async () => {
    const { measurements } = await opened()
    draw(measurements, 'arrow', at(0, 0), at(9, 9))
    expect(measurements.marksOn(FILM)).toEqual([])
    measurements.answer({ text: 'nodule?' })
    expect(measurements.marksOn(FILM)[0]?.text).toBe('nodule?')
    draw(measurements, 'calibration', at(0, 0), at(0, 100))
    measurements.drop()
    expect(measurements.calibrationOf(FILM)).toBeNull()
  })

  it('has one calibration a film, the newest', async () => {
    const { measurements } = await opened()
    const film = { hash: FILM, spacing: { rowMm: 0.1, columnMm: 0.1, standing: 'detector' } } as const
    expect(measurements.scaleOf(film).unit).toBe('mm (detector)')
    for (const millimetres of [50, 20]) {
      draw(measurements, 'calibration', at(0, 0), at(0, 100))
      measurements.answer({ millimetres })
    }
    expect(measurements.marksOn(FILM)).toHaveLength(1)
    expect(measurements.scaleOf(film)).toEqual({ x: 0.2, y: 0.2, unit: 'mm (calibrated)' })
    measurements.undo()
    expect(measurements.scaleOf(film).x).toBeCloseTo(0.5)
  })

  it('drops the drawing first and the tool after it', async () => {
    const { measurements } = await opened()
    draw(measurements, 'length', at(0, 0))
    expect([measurements.drop(), measurements.tool]).toEqual([true, 'length'])
    expect([measurements.drop(), measurements.tool]).toEqual([true, null])
    expect(measurements.drop()).toBe(false)
  })

  it('comes back with its case, and says when it could not be kept', async () => {
    const mark: Measurement = { id: 'a', filmHash: FILM, kind: 'probe', points: [at(1, 1)], text: '', millimetres: null }
    const { measurements } = await opened([mark], true)
    expect(measurements.marksOn(FILM)).toEqual([mark])
    draw(measurements, 'probe', at(2, 2))
    await measurements.settled()
    expect(useNotices().latest?.text).toBe('The disk is full.')
  })
})
