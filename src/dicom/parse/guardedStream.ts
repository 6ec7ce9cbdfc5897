import type { ByteArrayParser } from 'dicom-parser'
import dicomParser from 'dicom-parser'
import { HilumError } from '../../shared/errors.ts'

/** An element costs dicom-parser at most this many 16-bit reads: tag, look-ahead at a tag, short length. */
const READS_PER_ELEMENT = 6

/** VRs of the 2019 standard that dicom-parser does not know; like UN they have a 32-bit length. */
const LONG_VRS = new Set(['OV', 'SV', 'UV'])

/**
 * dicom-parser's byte stream with two guards it lacks: no declared length leads past the end of the file, and
 * the number of elements is limited while they are read, not afterwards.
 */
export class GuardedStream extends dicomParser.ByteStream {
  #reads: number
  readonly #limit: number

  constructor(parser: ByteArrayParser, bytes: Uint8Array, position: number, elements: number) {
    super(parser, bytes, position)
    this.#reads = elements * READS_PER_ELEMENT
    this.#limit = elements
    const { seek, readUint16, readFixedString } = dicomParser.ByteStream.prototype
    this.seek = (offset) => {
      if (this.position + offset > bytes.length) throw lengthLie(this.position, offset, bytes.length)
      seek.call(this, offset)
    }
    this.readUint16 = () => {
      if (--this.#reads < 0) throw tooManyElements(this.#limit)
      return readUint16.call(this)
    }
    this.readFixedString = (length) => {
      const text = readFixedString.call(this, length)
      return length === 2 && LONG_VRS.has(text) ? 'UN' : text
    }
  }
}

function lengthLie(position: number, declared: number, size: number): HilumError {
  return new HilumError(
    'bad-input',
    `The DICOM header is damaged at byte ${position}: an element claims ${declared} bytes and only ${size - position} follow.`,
    { mend: 'The file was cut off or altered; export or copy it again.' },
  )
}

function tooManyElements(limit: number): HilumError {
  return new HilumError('limit', `The DICOM header has more than ${limit} elements.`, {
    mend: 'Hilum reads chest films only, whose headers have some hundred elements.',
  })
}
