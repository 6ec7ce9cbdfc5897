import { describe, expect, it } from 'vitest'
import { drawLateral } from '../../../src/phantom/drawLateral.ts'
import { lateralGeometry } from '../../../src/phantom/lateralGeometry.ts'
import { NO_FINDINGS, type PhantomFindings } from '../../../src/phantom/phantom.ts'
import { coarseHash, meanDifference, meanIn, patient, quiet, reduced, withFinding, type Picture } from './support.ts'

const healthy = new Map<number, Picture>()
const film = (seed: number, findings: PhantomFindings, size = 144): Picture => ({
  pixels: drawLateral(quiet(patient(seed)), findings, { columns: size, rows: size, seed: 1 }),
  size,
})

describe('a lateral film', () => {
  it('has the spine behind, the heart low in front, and clear lung behind the sternum and behind the heart', () => {
    for (const seed of [1, 2, 3]) {
      const g = lateralGeometry(patient(seed), NO_FINDINGS)
      const shown = film(seed, NO_FINDINGS, 192)
      const at = (p: number, v: number) => {
        const { x, y } = g.toFilm(p, v)
        return meanIn(shown, { xMin: x - 0.012, xMax: x + 0.012, yMin: y - 0.012, yMax: y + 0.012 })
      }
      const behindSternum = at(g.front(g.carina + 0.04) - 0.05, g.carina + 0.04)
      const behindHeart = at((g.heart.p - g.heart.rp + g.spine(g.heart.v)) / 2, g.heart.v)
      const heart = at(g.heart.p, g.heart.v + 0.03)
      expect(heart).toBeGreaterThan(behindSternum + 0.06)
      expect(heart).toBeGreaterThan(behindHeart + 0.06)
      expect(at(0.05, g.dome.left + 0.13)).toBeGreaterThan(behindHeart + 0.2)
      expect(g.toFilm(g.spine(0.5), 0.5).x).toBeGreaterThan(0.5)
    }
  })

  it('is nearly the same at 288 and at 1,024 pixels once both are reduced to 144', () => {
    const findings = withFinding({ pacemaker: true, effusion: { left: 2, right: 0 } })
    const at = (size: number): Picture => ({
      pixels: drawLateral(patient(2), findings, { columns: size, rows: size, seed: 5 }),
      size,
    })
    expect(meanDifference(reduced(at(288), 144), reduced(at(1024), 144))).toBeLessThan(0.007)
  })

  it.each<[string, Partial<PhantomFindings>]>([
    ['cardiomegaly', { cardiomegaly: 2 }],
    ['an effusion', { effusion: { left: 1, right: 0 } }],
    ['oedema', { edema: 1 }],
    ['a consolidation', { opacity: { kind: 'consolidation', side: 'right', zone: 'lower' } }],
    ['a pneumothorax', { pneumothorax: { side: 'left', size: 1 } }],
    ['atelectasis', { atelectasis: 'left' }],
    ['a nodule', { nodule: { side: 'right', zone: 'mid' } }],
    ['low volumes', { lowVolumes: true }],
    ['a pacemaker', { pacemaker: true }],
    ['an endotracheal tube', { endotrachealTube: true }],
    ['an enteric tube', { entericTube: true }],
    ['a central line', { centralLine: 'right' }],
    ['a chest tube', { chestTube: 'left' }],
    ['sternotomy wires', { sternotomyWires: true }],
  ])('shows %s', (_name, part) => {
    const a = film(7, withFinding(part)).pixels
    const { pixels: b } = healthy.get(7) ?? film(7, NO_FINDINGS)
    healthy.set(7, { pixels: b, size: 144 })
    const visible = a.filter((value, i) => Math.abs(value - b[i]!) > 0.03).length
    expect(visible).toBeGreaterThan(8)
  })

  it('fills the posterior costophrenic angle with a small effusion and rises with its size', () => {
    const g = lateralGeometry(patient(11), NO_FINDINGS)
    const p = g.back(g.dome.left) + 0.05
    const v = g.diaphragm('left', p) - 0.035
    const { x, y } = g.toFilm(p, v)
    const box = { xMin: x - 0.02, xMax: x + 0.02, yMin: y - 0.02, yMax: y + 0.02 }
    const clear = meanIn(film(11, NO_FINDINGS), box)
    expect(meanIn(film(11, withFinding({ effusion: { left: 1, right: 0 } })), box)).toBeGreaterThan(clear + 0.03)
    const change = ([1, 2, 3] as const).map((left) =>
      meanDifference(film(11, withFinding({ effusion: { left, right: 0 } })).pixels, film(11, NO_FINDINGS).pixels),
    )
    expect(change[1]).toBeGreaterThan(change[0]! * 1.5)
    expect(change[2]).toBeGreaterThan(change[1]! * 1.2)
  })

  it('is the same on every machine', () => {
    expect(coarseHash(reduced(film(42, withFinding({ cardiomegaly: 1, edema: 1 }), 96), 12))).toBe('bc5ab9a7')
  })
})
