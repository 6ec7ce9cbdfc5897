import { describe, expect, it } from 'vitest'
import { DEMO_PATIENTS } from '../../../src/phantom/demo.ts'
import { extractFindings } from '../../../src/compute/report/findings.ts'
import { phantomCase } from '../../../src/phantom/phantomCase.ts'

describe('the demo patients', () => {
  it('are twelve, each with a prior and a current study of a frontal and a lateral film', () => {
    expect(DEMO_PATIENTS.length).toBe(12)
    for (const { studies } of DEMO_PATIENTS) {
      expect(studies.map((study) => study.films.map((film) => film.view))).toEqual([['PA', 'LL'], ['PA', 'LL']])
      expect(studies[0].date < studies[1].date).toBe(true)
    }
  })

  it('have names, numbers and dates of their own, and a birth date that fits', () => {
    const unique = (values: readonly string[]) => expect(new Set(values).size).toBe(values.length)
    unique(DEMO_PATIENTS.map((patient) => patient.id))
    unique(DEMO_PATIENTS.map((patient) => patient.name))
    unique(DEMO_PATIENTS.flatMap((patient) => patient.studies.map((study) => study.accession)))
    for (const { birthDate, studies } of DEMO_PATIENTS) expect(birthDate < studies[0].date).toBe(true)
  })

  it('bring a report with the prior and none with the study that is to be read', () => {
    for (const { studies: [prior, current] } of DEMO_PATIENTS) {
      expect(extractFindings(prior.report ?? '').length).toBeGreaterThan(0)
      expect(current.report).toBeNull()
      expect(current.indication).not.toBe('')
      expect(current.comparison).toBe('Prior chest radiograph.')
    }
  })

  it('show every finding at least once between them, and leave each out at least as often as not', () => {
    const seeds = [900026, 900085, 900469, 900661, 900224, 900775, 901263, 900981, 900114, 900978, 900889, 900368]
    const shown = seeds.map((seed) => phantomCase(seed).current)
    const count = (has: (findings: (typeof shown)[number]) => boolean) => shown.filter(has).length
    for (const has of [
      (f: (typeof shown)[number]) => f.cardiomegaly > 0,
      (f: (typeof shown)[number]) => f.effusion.left > 0,
      (f: (typeof shown)[number]) => f.effusion.right > 0,
      (f: (typeof shown)[number]) => f.opacity?.kind === 'consolidation',
      (f: (typeof shown)[number]) => f.opacity?.kind === 'opacity',
      (f: (typeof shown)[number]) => f.edema > 0,
      (f: (typeof shown)[number]) => f.pneumothorax !== null,
      (f: (typeof shown)[number]) => f.atelectasis !== null,
      (f: (typeof shown)[number]) => f.nodule !== null,
      (f: (typeof shown)[number]) => f.lowVolumes,
      (f: (typeof shown)[number]) => f.pacemaker,
      (f: (typeof shown)[number]) => f.endotrachealTube,
      (f: (typeof shown)[number]) => f.entericTube,
      (f: (typeof shown)[number]) => f.centralLine !== null,
      (f: (typeof shown)[number]) => f.chestTube !== null,
      (f: (typeof shown)[number]) => f.sternotomyWires,
    ]) {
      expect(count(has)).toBeGreaterThanOrEqual(1)
      expect(count(has)).toBeLessThanOrEqual(6)
    }
  })
})
