import type { ModelFilm } from '../../shared/contracts/compute.ts'
import type { StoredPixels } from '../decode/storedPixels.ts'
import type { InstanceHeader } from '../header/instanceHeader.ts'
import { displayFilm } from './displayFilm.ts'

/**
 * A film as the model takes it: the default presentation in 8 bits. The reader's own window never reaches the model.
 */
export function modelFilm(hash: string, stored: StoredPixels, header: InstanceHeader): ModelFilm {
  const { columns, rows, pixels } = displayFilm(stored, header)
  return { hash, columns, rows, pixels }
}
