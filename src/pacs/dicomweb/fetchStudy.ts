import type { FileHandle } from 'node:fs/promises'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { PacsFetched } from '../../shared/contracts/pacs.ts'
import type { PacsAccess } from '../../shared/domain/pacs.ts'
import { HilumError } from '../../shared/errors.ts'
import { search, textOf } from './findStudies.ts'
import { boundaryOf, multipart } from './multipart.ts'
import { ask, strange } from './request.ts'

export interface FetchProgress {
  readonly done: number
  readonly total: number | null
  readonly bytes: number
}

/** Series that may hold a chest film or its report; a CT of a thousand slices stays where it is. */
const WANTED = new Set(['CR', 'DX', 'DR', 'RG', 'SC', 'OT', 'SR', ''])
const MOST_SERIES_BYTES = 8 * 1024 ** 3
const MOST_INSTANCE_BYTES = 512 * 1024 ** 2
const UID = /^[0-9.]{1,64}$/

/**
 * Fetches the series of a study that may be of use (WADO-RS, PS3.18 10.4), as the PACS keeps them, into `dir`:
 * `1.dcm`, `2.dcm`, … No name comes from the PACS.
 */
export async function fetchStudy(
  access: PacsAccess, studyUid: string, dir: string, signal: AbortSignal, tell: (progress: FetchProgress) => void,
): Promise<PacsFetched> {
  const series = (await search(access, `studies/${studyUid}/series?includefield=NumberOfSeriesRelatedInstances`, signal))
    .map((set) => ({ uid: textOf(set, '0020000E'), modality: textOf(set, '00080060'), count: Number(textOf(set, '00201209')) }))
    .filter(({ uid }) => UID.test(uid))
  if (series.length === 0) throw new HilumError('not-found', `${access.node.name} has no series of this study.`)
  const wanted = series.filter(({ modality }) => WANTED.has(modality))
  const counts = wanted.map(({ count }) => count)
  const total = counts.every((count) => count > 0) ? counts.reduce((sum, count) => sum + count, 0) : null
  await mkdir(dir, { recursive: true })
  let progress: FetchProgress = { done: 0, total, bytes: 0 }
  for (const { uid } of wanted) {
    progress = await fetchSeries(access, `studies/${studyUid}/series/${uid}`, dir, signal, progress, tell)
  }
  const left = series.filter(({ modality }) => !WANTED.has(modality)).map(({ modality }) => modality)
  return { instances: progress.done, bytes: progress.bytes, left }
}

async function fetchSeries(
  access: PacsAccess, path: string, dir: string, signal: AbortSignal, from: FetchProgress,
  tell: (progress: FetchProgress) => void,
): Promise<FetchProgress> {
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*'
  const answer = await ask(access, path, accept, MOST_SERIES_BYTES, signal)
  const boundary = boundaryOf(answer.contentType)
  if (boundary === null) throw strange(access.node.name, 'it holds no DICOM instances')
  let progress = from
  let file: FileHandle | null = null
  let size = 0
  try {
    for await (const event of multipart(answer.body, boundary)) {
      if (event.kind === 'data') {
        file ??= await open(join(dir, `${progress.done + 1}.dcm`), 'w')
        size += event.bytes.length
        if (size > MOST_INSTANCE_BYTES) throw new HilumError('limit', `${access.node.name} sends an instance of more than ${MOST_INSTANCE_BYTES} bytes.`)
        await file.write(event.bytes)
        continue
      }
      await file?.close()
      file = null
      progress = { done: progress.done + 1, total: from.total, bytes: progress.bytes + size }
      size = 0
      tell(progress)
    }
    return progress
  } finally {
    await file?.close()
  }
}
