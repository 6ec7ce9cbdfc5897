import { HilumError } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import type { PixelLayout } from '../header/instanceHeader.ts'

/** Refuses a layout that no film has, before anything of its size is allocated. Products are exact: no 32-bit wrap. */
export function checkLayout(layout: PixelLayout, caps: Caps): void {
  const { rows, columns, samples, bitsAllocated, bitsStored, highBit } = layout
  checkSize(rows, columns, caps)
  if (samples !== 1 && samples !== 3) throw damaged(`${samples} samples a pixel`)
  if (![1, 8, 16, 32].includes(bitsAllocated)) throw damaged(`${bitsAllocated} bits allocated`)
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit < bitsStored - 1 || highBit >= bitsAllocated) {
    throw damaged(`${bitsStored} bits stored of ${bitsAllocated} with high bit ${highBit}`)
  }
}

/** Refuses an image larger than the caps allow. */
export function checkSize(rows: number, columns: number, caps: Caps): void {
  if (rows > caps.edge || columns > caps.edge || rows * columns > caps.pixels) {
    throw new HilumError('limit', `The image claims ${columns} x ${rows} pixels, more than any film has.`, {
      mend: 'The header is damaged or hostile; export the film again from where it came from.',
    })
  }
}

function damaged(what: string): HilumError {
  return new HilumError('bad-input', `The DICOM header is damaged: it claims ${what}.`, {
    mend: 'Export the film again from where it came from.',
  })
}
