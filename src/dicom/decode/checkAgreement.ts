import { HilumError } from '../../shared/errors.ts'
import type { PixelLayout } from '../header/instanceHeader.ts'
import type { CodestreamSize } from './codestreamSize.ts'

/** A stream of another size or depth than its header describes would be shown distorted: it is refused. */
export function checkAgreement(size: CodestreamSize, layout: PixelLayout): void {
  if (!size.whole) {
    throw new HilumError('bad-input', 'The compressed image samples a part of itself only, which no film does.', {
      mend: 'The file was altered; export the film again from where it came from.',
    })
  }
  const same = size.rows === layout.rows && size.columns === layout.columns && size.samples === layout.samples
  if (same && size.bits <= layout.bitsAllocated) return
  throw new HilumError(
    'bad-input',
    `The compressed image is ${size.columns} x ${size.rows} x ${size.samples} at ${size.bits} bits, `
      + `the header says ${layout.columns} x ${layout.rows} x ${layout.samples} at ${layout.bitsAllocated}.`,
    { mend: 'The file was altered; export the film again from where it came from.' },
  )
}
