import { describe, expect, it } from 'vitest'
import { drawFrontal } from '../../../src/phantom/drawFrontal.ts'
import { sampleFindings } from '../../../src/phantom/findings.ts'
import { frontalGeometry } from '../../../src/phantom/frontalGeometry.ts'
import { boxesOf } from '../../../src/phantom/geometry.ts'
import { NO_FINDINGS, type Grade, type PhantomFindings } from '../../../src/phantom/phantom.ts'
import { Random } from '../../../src/phantom/random.ts'
import {
  areaOf,
  coarseHash,
  differenceAgainst,
  meanDifference,
  meanIn,
  patient,
  quiet,
  reduced,
  withFinding,
  type Picture,
} from './support.ts'

const film = (seed: number, findings: PhantomFindings, size = 144): Picture => ({
  pixels: drawFrontal(quiet(patient(seed)), findings, { columns: size, rows: size, seed: 1 }),
  size,
})

const GRADES: readonly Grade[] = [1, 2, 3]
const SIDES = ['left', 'right'] as const
const LOCALISED: readonly (readonly [string, Partial<PhantomFindings>])[] = [
  ...GRADES.map((g) => [`cardiomegaly ${g}`, { cardiomegaly: g }] as const),
  ...GRADES.map((g) => [`left effusion ${g}`, { effusion: { left: g, right: 0 } }] as const),
  ...GRADES.map((g) => [`right effusion ${g}`, { effusion: { left: 0, right: g } }] as const),
  ...(['upper', 'mid', 'lower'] as const).flatMap((zone) => [
    [`${zone} consolidation`, { opacity: { kind: 'consolidation', side: 'right', zone } }] as const,
    [`${zone} opacity`, { opacity: { kind: 'opacity', side: 'left', zone } }] as const,
  ]),
  ...GRADES.flatMap((size) =>
    SIDES.map((side) => [`${side} pneumothorax ${size}`, { pneumothorax: { side, size } }] as const),
  ),
  ...SIDES.map((side) => [`${side} atelectasis`, { atelectasis: side }] as const),
  ['upper nodule', { nodule: { side: 'right', zone: 'upper' } }],
  ['lower nodule', { nodule: { side: 'left', zone: 'lower' } }],
  ['pacemaker', { pacemaker: true }],
  ['endotracheal tube', { endotrachealTube: true }],
  ['enteric tube', { entericTube: true }],
  ...SIDES.map((side) => [`${side} central line`, { centralLine: side }] as const),
  ...SIDES.map((side) => [`${side} chest tube`, { chestTube: side }] as const),
  ['sternotomy wires', { sternotomyWires: true }],
]

const healthy = new Map<number, Picture>()
const remembered = (seed: number): Picture => {
  const known = healthy.get(seed) ?? film(seed, NO_FINDINGS, 112)
  healthy.set(seed, known)
  return known
}

describe('the boxes of a frontal film', () => {
  it.each(LOCALISED)('%s: hold what the finding changes, and not much more', (_name, part) => {
    for (const seed of [3, 154]) {
      const without = remembered(seed)
      const anatomy = quiet(patient(seed))
      const findings = withFinding(part)
      const boxes = Object.values(boxesOf(anatomy, findings))
      expect(boxes).toHaveLength(1)
      // Large effusions and pneumothoraces also push the mediastinum over, which is not theirs to box: there only the
      // side of the finding is compared.
      const shift = frontalGeometry(anatomy, findings).shift
      const side = findings.effusion.left === 3 || findings.pneumothorax?.side === 'left' ? 1 : -1
      const counts = (x: number) => shift === 0 || (x - anatomy.centre) * side > 0.05
      const { inside, extent } = differenceAgainst(film(seed, findings, 112), without, boxes[0]!, counts)
      expect(inside).toBeGreaterThanOrEqual(0.9)
      expect(areaOf(boxes[0]!) / areaOf(extent)).toBeLessThan(1.8)
    }
  })

  it('are named by side and stay inside the unit square', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const findings = sampleFindings(new Random(seed))
      const boxes = boxesOf(patient(seed), findings)
      expect('effusion-left' in boxes).toBe(findings.effusion.left > 0)
      expect('effusion-right' in boxes).toBe(findings.effusion.right > 0)
      for (const box of Object.values(boxes)) {
        expect(Math.min(box.xMin, box.yMin)).toBeGreaterThanOrEqual(0)
        expect(Math.max(box.xMax, box.yMax)).toBeLessThanOrEqual(1)
        expect(areaOf(box)).toBeGreaterThan(0)
      }
    }
  })
})

describe('a frontal film', () => {
  it('looks the same at 288 and at 1,024 pixels once both are reduced to 144', () => {
    for (const seed of [2, 4]) {
      const findings = sampleFindings(new Random(seed * 13))
      const at = (size: number): Picture => ({
        pixels: drawFrontal(patient(seed), findings, { columns: size, rows: size, seed: 5 }),
        size,
      })
      expect(meanDifference(reduced(at(288), 144), reduced(at(1024), 144))).toBeLessThan(0.007)
    }
  })

  it('shows the same central square in portrait and landscape', () => {
    const anatomy = { ...quiet(patient(6)), collimation: [-1, -1, -1, -1] as const }
    const square = drawFrontal(anatomy, NO_FINDINGS, { columns: 96, rows: 96, seed: 1 })
    const portrait = drawFrontal(anatomy, NO_FINDINGS, { columns: 96, rows: 120, seed: 1 }).subarray(12 * 96, 108 * 96)
    expect(meanDifference(square, portrait)).toBeLessThan(1e-6)
    const wide = drawFrontal(anatomy, NO_FINDINGS, { columns: 120, rows: 96, seed: 1 })
    const middle = Float32Array.from({ length: 96 * 96 }, (_, i) => wide[Math.floor(i / 96) * 120 + 12 + (i % 96)]!)
    expect(meanDifference(square, middle)).toBeLessThan(1e-6)
  })

  it('is bright where dense: abdomen over heart over lung over air', () => {
    const anatomy = quiet(patient(1))
    const g = frontalGeometry(anatomy, NO_FINDINGS)
    const shown = film(1, NO_FINDINGS, 192)
    const at = (u: number, v: number) => {
      const { x, y } = g.frame.toFilm(u, v)
      return meanIn(shown, { xMin: x - 0.025, xMax: x + 0.025, yMin: y - 0.025, yMax: y + 0.025 })
    }
    const lung = at(-0.2, g.carina + 0.1)
    expect(at(-0.15, g.dome.right + 0.1)).toBeGreaterThan(lung + 0.3)
    expect(at(0.13, g.heart.bottom - 0.1)).toBeGreaterThan(lung + 0.15)
    const aboveShoulder = { xMin: 0.03, xMax: 0.08, yMin: 0.03, yMax: 0.06 }
    expect(meanIn(shown, aboveShoulder)).toBeLessThan(lung - 0.1)
  })

  it('takes noise from the film seed alone, and less of it per area at any resolution than the eye sees', () => {
    const anatomy = patient(9)
    const draw = (seed: number, size = 96) => drawFrontal(anatomy, NO_FINDINGS, { columns: size, rows: size, seed })
    expect(draw(1)).toEqual(draw(1))
    const noise = meanDifference(draw(1), draw(2))
    expect(noise).toBeGreaterThan(0.0005)
    expect(noise).toBeLessThan(0.01)
    // A pixel a ninth as large catches a ninth of the photons: three times the noise.
    expect(meanDifference(draw(1, 288), draw(2, 288)) / noise).toBeCloseTo(3, 0)
  })

  it('is the same on every machine', () => {
    const busy = withFinding({
      cardiomegaly: 2,
      effusion: { left: 1, right: 2 },
      edema: 2,
      pacemaker: true,
      entericTube: true,
    })
    const drawn = [withFinding({}), busy].map((findings) => reduced(film(42, findings, 96), 12))
    expect(drawn.map(coarseHash)).toEqual(['fadc7a4b', 'af8325c8'])
  })
})

describe('the findings on a frontal film', () => {
  it('widen the heart to the cardiothoracic ratio of their grade', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const ratios = ([0, 1, 2, 3] as const).map((cardiomegaly) => {
        const g = frontalGeometry(patient(seed), withFinding({ cardiomegaly }))
        return (g.heart.left - g.heart.right) / (2 * g.halfWidth)
      })
      expect(ratios[0]).toBeLessThan(0.495)
      expect(ratios[1]! - ratios[0]!).toBeGreaterThan(0.03)
      expect(ratios[2]! - ratios[1]!).toBeGreaterThan(0.02)
      expect(ratios[3]! - ratios[2]!).toBeGreaterThan(0.03)
    }
  })

  it.each(SIDES)('grow with the size of a %s effusion', (side) => {
    for (const seed of [5, 12]) {
      const none = film(seed, NO_FINDINGS)
      const change = GRADES.map((g) =>
        meanDifference(film(seed, withFinding({ effusion: { left: 0, right: 0, [side]: g } })).pixels, none.pixels),
      )
      expect(change[1]! / change[0]!).toBeGreaterThan(2)
      expect(change[2]! / change[1]!).toBeGreaterThan(1.3)
    }
  })

  it('brighten the lung round the hila with oedema, more with each grade', () => {
    const g = frontalGeometry(patient(8), NO_FINDINGS)
    const { x, y } = g.frame.toFilm(g.hilum.right.u - 0.06, g.hilum.right.v + 0.03)
    const box = { xMin: x - 0.05, xMax: x + 0.05, yMin: y - 0.07, yMax: y + 0.07 }
    const bright = ([0, 1, 2, 3] as const).map((edema) => meanIn(film(8, withFinding({ edema })), box))
    for (let i = 1; i < 4; i++) expect(bright[i]! - bright[i - 1]!).toBeGreaterThan(0.015)
  })

  it('darken and empty the space beside a pneumothorax', () => {
    const anatomy = patient(14)
    for (const size of GRADES) {
      const findings = withFinding({ pneumothorax: { side: 'right', size } })
      const g = frontalGeometry(anatomy, findings)
      const v = g.apex + [0.04, 0.08, 0.15][size - 1]!
      const inner = Math.max(g.pleura!(v), 0.1)
      const { x, y } = g.frame.toFilm(-(inner + g.lateral(v)) / 2, v)
      const box = { xMin: x - 0.008, xMax: x + 0.008, yMin: y - 0.008, yMax: y + 0.008 }
      expect(meanIn(film(14, findings, 288), box)).toBeLessThan(meanIn(film(14, NO_FINDINGS, 288), box) - 0.01)
    }
  })

  it('raise the diaphragms when volumes are low, clear of every normal chest', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const normal = frontalGeometry(patient(seed), NO_FINDINGS)
      const low = frontalGeometry(patient(seed), withFinding({ lowVolumes: true }))
      expect(normal.dome.right - normal.apex).toBeGreaterThan(0.56)
      expect(low.dome.right - low.apex).toBeLessThan(0.51)
    }
  })

  it('leave tube tips where they belong: above the carina, below the diaphragm, in the superior vena cava', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const anatomy = patient(seed)
      const findings = withFinding({ endotrachealTube: true, entericTube: true, centralLine: 'left' })
      const g = frontalGeometry(anatomy, { ...findings })
      const boxes = boxesOf({ ...anatomy, tilt: 0 }, findings)
      expect(boxes['endotracheal-tube']!.yMax).toBeLessThan(g.carina - 0.04)
      expect(boxes['enteric-tube']!.yMax).toBeGreaterThan(g.dome.left)
      expect(boxes['central-line']!.yMax).toBeGreaterThan(g.carina)
      expect(boxes['central-line']!.yMax).toBeLessThan(g.heart.bottom - 0.15)
    }
  })
})
