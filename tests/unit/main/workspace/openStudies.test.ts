import { describe, expect, it } from 'vitest'
import { OpenStudies } from '../../../../src/main/workspace/openStudies.ts'
import { attachReports } from '../../../../src/main/workspace/attachReports.ts'
import { facts } from '../samples.ts'

/** Adds films, written `path:study`, and tells which studies were complete after each and at the end. */
function complete(films: readonly string[]): string[] {
  const studies = new OpenStudies()
  const names = (done: readonly (readonly { studyInstanceUid: string; sopInstanceUid: string }[])[]): string =>
    done.map((one) => `${one[0]?.studyInstanceUid}${one.length}`).join(' ')
  const after = films.map((film, at) => {
    const [path = '', study = ''] = film.split(':')
    return names(studies.add(facts({ sopInstanceUid: String(at), studyInstanceUid: study }), path))
  })
  return [...after, names(studies.end())]
}

describe('the open studies of an import', () => {
  it('are complete when the scan leaves their folder', () => {
    expect(complete(['a/1:A', 'a/2:A', 'b/1:B'])).toEqual(['', '', 'A2', 'B1'])
  })
  it('stay open over the folders of their series', () => {
    expect(complete(['a/s1/1:A', 'a/s2/1:A', 'b/s1/1:B'])).toEqual(['', '', 'A2', 'B1'])
  })
  it('stay open in a flat folder that mixes studies', () => {
    expect(complete(['f/1:A', 'f/2:B', 'f/3:A', 'g/1:C'])).toEqual(['', '', '', 'A2 B1', 'C1'])
  })
})

describe('reports', () => {
  const texts = { report: 'Clear.', indication: null, technique: null, comparison: null }
  const films = [
    { name: 'p/s1/a.png', studyUid: 'S1' }, { name: 'p/s1/b.png', studyUid: 'S1' }, { name: 'p/s2/c.png', studyUid: 'S2' },
    { name: 'flat/x.png', studyUid: 'X' }, { name: 'flat/y.png', studyUid: 'Y' },
  ]
  const studyOf = (name: string, others: readonly string[] = []): string | null => {
    const reports = [name, ...others].map((one) => ({ name: one, studyUid: null, texts }))
    return attachReports(films, reports)[0]?.studyUid ?? null
  }
  it('belong to the study they name', () => {
    expect(attachReports(films, [{ name: 'r.dcm', studyUid: 'S9', texts }])[0]?.studyUid).toBe('S9')
  })
  it('belong to the film or the folder of the same name, or to the one study of their folder', () => {
    expect(studyOf('flat/x.txt', ['flat/readme.txt'])).toBe('X')
    expect(studyOf('p/s2.txt')).toBe('S2')
    expect(studyOf('p/s1/report.txt')).toBe('S1')
  })
  it('belong to nobody when that is not clear', () => {
    expect(studyOf('flat/report.txt')).toBeNull()
    expect(studyOf('p/s1/one.txt', ['p/s1/two.txt'])).toBeNull()
  })
})
