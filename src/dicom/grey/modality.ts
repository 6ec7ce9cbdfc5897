import type { InstanceHeader } from '../header/instanceHeader.ts'
import { lookUp } from './lookUp.ts'

/**
 * The modality transform (PS3.3 C.11.1): stored value to the values windows are given in. A Modality LUT Sequence
 * wins over Rescale Slope and Intercept, which may not stand beside it.
 */
export function modalityOf({ modalityLut, rescale }: Pick<InstanceHeader, 'modalityLut' | 'rescale'>): (stored: number) => number {
  if (modalityLut !== null) return (stored) => lookUp(modalityLut, stored)
  return (stored) => stored * rescale.slope + rescale.intercept
}
