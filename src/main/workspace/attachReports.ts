import type { StudyTexts } from '../../shared/contracts/dicom.ts'

/** A film of an import with the path under which it was found. */
export interface NamedFilm {
  readonly name: string
  readonly studyUid: string
}

/** A report of an import; `studyUid` when it says itself which study it belongs to. */
export interface FoundReport {
  readonly name: string
  readonly studyUid: string | null
  readonly texts: StudyTexts
}

/**
 * Finds the study of each report: the one it names; else that of the film of the same name beside it; else that of the
 * films in the folder of the same name beside it; else, for the only text in a folder whose films are all of one study,
 * that study. Null where none of these holds: a report with the wrong film is worse than none.
 */
export function attachReports(
  films: readonly NamedFilm[], reports: readonly FoundReport[],
): readonly { readonly report: FoundReport; readonly studyUid: string | null }[] {
  const byStem = studiesBy(films, ({ name }) => withoutEnding(name))
  const byFolder = studiesBy(films, ({ name }) => folderOf(name))
  const textsIn = new Map<string, number>()
  for (const { name, studyUid } of reports) {
    if (studyUid === null) textsIn.set(folderOf(name), (textsIn.get(folderOf(name)) ?? 0) + 1)
  }
  return reports.map((report) => {
    if (report.studyUid !== null) return { report, studyUid: report.studyUid }
    const stem = withoutEnding(report.name)
    const folder = folderOf(report.name)
    const alone = textsIn.get(folder) === 1 ? only(byFolder.get(folder)) : null
    return { report, studyUid: only(byStem.get(stem)) ?? only(byFolder.get(stem)) ?? alone }
  })
}

function studiesBy(films: readonly NamedFilm[], keyOf: (film: NamedFilm) => string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const film of films) {
    const key = keyOf(film)
    found.set(key, (found.get(key) ?? new Set()).add(film.studyUid))
  }
  return found
}

function only(studies: Set<string> | undefined): string | null {
  return studies?.size === 1 ? [...studies][0]! : null
}

function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')))
}

function withoutEnding(name: string): string {
  return name.replace(/\.[^./]*$/, '')
}
