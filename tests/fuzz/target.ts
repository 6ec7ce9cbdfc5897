import { setImmediate } from 'node:timers/promises'
import { CAPS } from '../../src/dicom/caps.ts'
import { modelFilm } from '../../src/dicom/grey/modelFilm.ts'
import { viewerFilm } from '../../src/dicom/grey/viewerFilm.ts'
import { parseDicom } from '../../src/dicom/parse/parseDicom.ts'
import { sniff } from '../../src/dicom/parse/sniff.ts'
import { bytesSource } from '../../src/dicom/scan/byteSource.ts'
import { examine } from '../../src/dicom/scan/examine.ts'
import { scanZip } from '../../src/dicom/scan/scanZip.ts'
import { listTags } from '../../src/dicom/store/listTags.ts'
import { openFilm } from '../../src/dicom/store/openFilm.ts'
import { HilumError } from '../../src/shared/errors.ts'

/** What became of one mutated file: `shown` as a film, `refused` at import, or `failed` in decoding with a sentence. */
export type Outcome = 'shown' | 'refused' | 'failed'

const PLACE = { folder: '', file: 'x' }

/** Does with bytes all that the dicom process does with a file. Throws only what is a defect of Hilum. */
export async function readAsHilumDoes(bytes: Uint8Array): Promise<Outcome> {
  try {
    if (sniff(bytes) !== 'zip') return await readOne(bytes)
    let outcome: Outcome = 'refused'
    for await (const item of scanZip(bytesSource(bytes), 'x.zip', bytes.length, CAPS)) {
      if (item.kind === 'film') outcome = await readOne(item.bytes)
    }
    return outcome
  } catch (thrown) {
    if (thrown instanceof HilumError && thrown.kind !== 'internal' && sentenceLike(thrown.message)) return 'failed'
    throw thrown
  }
}

async function readOne(bytes: Uint8Array): Promise<Outcome> {
  const examined = await examine(bytes, PLACE, CAPS)
  if (examined.kind === 'skipped') {
    if (!sentenceLike(examined.reason)) throw new Error(`no sentence: ${examined.reason}`)
    return 'refused'
  }
  if (examined.kind === 'report') return 'shown'
  const { hash } = examined.facts
  const kind = sniff(examined.bytes)
  if (kind === 'dicom' || kind === 'bare-dicom') listTags(parseDicom(examined.bytes).dataSet, () => null)
  const { stored, header } = await openFilm(examined.bytes, hash)
  viewerFilm(hash, stored, header)
  modelFilm(hash, stored, header)
  await setImmediate()
  return 'shown'
}

/** A reader gets a sentence: a capital, a full stop, no stack and no object. */
function sentenceLike(text: string): boolean {
  return /^[A-Z].*\.$/s.test(text) && !text.includes('[object') && !text.includes('undefined')
}
