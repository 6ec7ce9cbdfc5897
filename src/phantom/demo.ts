import { drawLateral } from './drawLateral.ts'
import { caseFilm } from './film.ts'
import { phantomCase, promptFields, type PhantomCase } from './phantomCase.ts'
import { reportText } from './report.ts'

/** One film of a demo study. */
export interface DemoFilm {
  readonly view: 'PA' | 'LL'
  /** Draws it: row-major display values of about 0..1. */
  readonly draw: (size: { readonly columns: number; readonly rows: number }) => Float32Array
}

/** A study of a demo patient with the texts that come with it. Dates are YYYY-MM-DD, times HH:MM:SS. */
export interface DemoStudy {
  readonly date: string
  readonly time: string
  readonly accession: string
  readonly description: string
  readonly films: readonly DemoFilm[]
  /** The prior's report; null for the current study, which is to be read. */
  readonly report: string | null
  readonly indication: string
  readonly technique: string
  readonly comparison: string
}

export interface DemoPatient {
  readonly id: string
  readonly name: string // Family^Given
  readonly birthDate: string
  readonly sex: 'F' | 'M'
  readonly studies: readonly [prior: DemoStudy, current: DemoStudy]
}

/**
 * The twelve: seeds that no model was trained on, chosen so that every finding is on some current film and each is
 * missing from most of them (what is not there can be steered in). One film is clear.
 */
const ROWS = [
  { seed: 900026, name: 'Alder', birth: '1971-03-14', prior: '2026-10-20', current: '2026-10-22' },
  { seed: 900085, name: 'Beech', birth: '1948-11-30', prior: '2026-10-17', current: '2026-10-21' },
  { seed: 900469, name: 'Cedar', birth: '1955-06-21', prior: '2026-04-18', current: '2026-10-20' },
  { seed: 900661, name: 'Dogwood', birth: '1963-09-02', prior: '2026-10-16', current: '2026-10-19' },
  { seed: 900224, name: 'Elm', birth: '1939-01-17', prior: '2026-10-14', current: '2026-10-16' },
  { seed: 900775, name: 'Fir', birth: '1982-12-05', prior: '2026-09-01', current: '2026-10-15' },
  { seed: 901263, name: 'Ginkgo', birth: '1944-04-28', prior: '2026-10-13', current: '2026-10-14' },
  { seed: 900981, name: 'Hazel', birth: '1958-08-11', prior: '2026-02-23', current: '2026-10-13' },
  { seed: 900114, name: 'Ivy', birth: '1990-05-23', prior: '2026-10-09', current: '2026-10-12' },
  { seed: 900978, name: 'Juniper', birth: '1951-10-09', prior: '2026-10-07', current: '2026-10-09' },
  { seed: 900889, name: 'Kapok', birth: '1946-02-26', prior: '2026-10-05', current: '2026-10-08' },
  { seed: 900368, name: 'Larch', birth: '1976-07-19', prior: '2025-07-02', current: '2026-10-05' },
] as const

/** The patients of the demo workspace, each with a prior and a current study of two films. */
export const DEMO_PATIENTS: readonly DemoPatient[] = ROWS.map((row, index) => {
  const drawn = phantomCase(row.seed)
  const number = String(index + 1).padStart(2, '0')
  return {
    id: `PHANTOM-${number}`,
    name: `Phantom^${row.name}`,
    birthDate: row.birth,
    sex: drawn.anatomy.breast > 0 ? 'F' : 'M',
    studies: [
      { ...texts(drawn, 'prior'), date: row.prior, time: `07:${number}:00`, accession: `HP${number}A`, ...films(drawn, 'prior') },
      { ...texts(drawn, 'current'), date: row.current, time: `09:${number}:00`, accession: `HP${number}B`, ...films(drawn, 'current') },
    ],
  }
})

function films(drawn: PhantomCase, study: 'prior' | 'current'): Pick<DemoStudy, 'films' | 'description'> {
  const findings = study === 'prior' ? (drawn.prior ?? drawn.current) : drawn.current
  const seed = drawn.filmSeeds.lateral ^ (study === 'prior' ? 1 : 0)
  return {
    description: 'Chest PA and lateral',
    films: [
      { view: 'PA', draw: (size) => caseFilm(drawn, study === 'prior' ? 'prior' : 'frontal', size) },
      { view: 'LL', draw: (size) => drawLateral(drawn.anatomy, findings, { ...size, seed }) },
    ],
  }
}

function texts(drawn: PhantomCase, study: 'prior' | 'current'): Pick<DemoStudy, 'report' | 'indication' | 'technique' | 'comparison'> {
  if (study === 'current') return { report: null, indication: drawn.indication, ...promptFields({ lateral: true, prior: drawn.prior }) }
  const report = reportText(drawn.priorReport ?? [])
  return { report, indication: 'Chest pain.', ...promptFields({ lateral: true, prior: null }) }
}
