import { HilumError } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { CAPS } from '../caps.ts'
import { decodeStored } from '../decode/decodeStored.ts'
import type { StoredPixels } from '../decode/storedPixels.ts'
import type { InstanceHeader } from '../header/instanceHeader.ts'
import { readInstance } from '../header/readInstance.ts'
import { sniff } from '../parse/sniff.ts'
import { readPicture } from '../picture/readPicture.ts'

/** A film's header and decoded pixels. */
export interface OpenFilm {
  readonly header: InstanceHeader
  readonly stored: StoredPixels
}

/** Decodes the bytes of a stored film, DICOM or picture. */
export async function openFilm(bytes: Uint8Array, hash: string, caps: Caps = CAPS): Promise<OpenFilm> {
  switch (sniff(bytes)) {
    case 'dicom':
    case 'bare-dicom': {
      const instance = readInstance(bytes, caps)
      return { header: instance.header, stored: await decodeStored(instance, 0, caps) }
    }
    case 'png':
    case 'jpeg': return readPicture(bytes, hash, { folder: '', file: '' }, caps)
    default: throw new HilumError('corrupt', 'The stored file is no film.')
  }
}
