import type { FilmView } from '../../shared/domain/study.ts'
import type { StudyOffset } from '../../shared/domain/studyOffset.ts'
import { viewOf } from '../header/filmKind.ts'

/** What research collections write into the names of their picture files. */
export interface PictureName {
  readonly patientId: string
  readonly modality: string
  readonly view: FilmView
  readonly viewPosition: string
  /** Null when the name does not tell. */
  readonly offset: StudyOffset | null
}

/**
 * Reads a picture's name and its folder's: `024e7871/day+003_CR_ap_….png` is a bedside film of patient 024e7871 on
 * day 3, `00000001_002.png` the follow-up 2 of patient 00000001 (the naming of ChestX-ray14). Nothing else is guessed:
 * any other picture is a patient of its own.
 */
export function pictureName(folder: string, file: string): PictureName {
  const stem = file.replace(/\.[^.]*$/, '')
  const tokens = stem.toUpperCase().split(/[^A-Z]+/)
  const position = ['PA', 'AP', 'LL', 'RL', 'LAT', 'LATERAL'].find((name) => tokens.includes(name))
    ?? (tokens.includes('APSUPINE') ? 'AP' : tokens.includes('L') ? 'LL' : '')
  const modality = ['CR', 'DX', 'DR'].find((name) => tokens.includes(name)) ?? 'OT'
  const common = { modality, view: viewOf(position) ?? 'unknown', viewPosition: position } as const
  const followUp = /^(\d{8})_(\d{3})$/.exec(stem)
  if (followUp !== null) {
    return { ...common, patientId: followUp[1] ?? stem, offset: { count: Number(followUp[2]), unit: 'follow-up' } }
  }
  const day = /(?:^|_)day(?:([+-]?\d{1,5})|(prior))(?![a-z0-9])/i.exec(stem)
  if (day !== null && folder !== '') {
    return { ...common, patientId: folder, offset: { count: day[2] === undefined ? Number(day[1]) : -1, unit: 'day' } }
  }
  return { ...common, patientId: stem, offset: null }
}
