import dicomParser from 'dicom-parser'
import { HilumError } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { CAPS } from '../caps.ts'
import type { RawDataSet } from './dataSet.ts'
import { DataSet } from './dataSet.ts'
import { GuardedStream } from './guardedStream.ts'
import { inflate } from './inflate.ts'
import { bareSyntax, sniff } from './sniff.ts'
import { TAG } from './tags.ts'
import type { TransferSyntax } from './transferSyntax.ts'
import { EXPLICIT_LITTLE, IMPLICIT_LITTLE, transferSyntax } from './transferSyntax.ts'

/** Where the pixel data lies in `ParsedDicom.bytes`; `length` is null for encapsulated data of undefined length. */
export interface PixelDataPlace {
  readonly vr: string
  readonly offset: number
  readonly length: number | null
}

export interface ParsedDicom {
  /** The data set up to Pixel Data, file meta included. */
  readonly dataSet: DataSet
  /** The bytes that offsets refer to: the file's own, or its inflated data set. */
  readonly bytes: Uint8Array
  readonly transferSyntaxUid: string
  /** Null when Hilum cannot decode pixels of this syntax; the header is read all the same. */
  readonly syntax: TransferSyntax | null
  readonly pixelData: PixelDataPlace | null
}

const UNDEFINED_LENGTH = 0xffffffff
const LITTLE = dicomParser.littleEndianByteArrayParser

/**
 * Parses a DICOM file (PS3.10), or a bare data set without preamble or file meta, up to its pixel data.
 * Throws HilumError: `bad-input` when it is damaged or no DICOM, `limit` when a cap is reached.
 */
export function parseDicom(file: Uint8Array, caps: Caps = CAPS): ParsedDicom {
  if (file.length > caps.fileBytes) {
    throw new HilumError('limit', `The file has ${file.length} bytes; Hilum reads files up to ${caps.fileBytes} bytes.`)
  }
  try {
    // A plain view: Buffer.slice shares memory where Uint8Array.slice copies.
    return parse(new Uint8Array(file.buffer, file.byteOffset, file.byteLength), caps)
  } catch (thrown) {
    throw normalised(thrown, caps)
  }
}

function parse(file: Uint8Array, caps: Caps): ParsedDicom {
  const kind = sniff(file)
  if (kind !== 'dicom' && kind !== 'bare-dicom') throw new HilumError('bad-input', 'The file is not DICOM.')
  const meta = readFileMeta(file, kind === 'dicom' ? 132 : 0, caps)
  const uid = meta.syntaxUid ?? bareSyntax(file.subarray(meta.end)) ?? IMPLICIT_LITTLE
  const syntax = transferSyntax(uid)
  const deflated = syntax?.deflated ?? false
  const bytes = deflated ? inflate(file.subarray(meta.end), 'raw', caps.inflatedBytes, 'The deflated DICOM data set') : file
  const start = deflated ? 0 : meta.end
  const littleEndian = syntax?.littleEndian ?? true
  const elements: RawDataSet['elements'] = {}
  const raw = { elements, byteArray: bytes, warnings: [] } as unknown as dicomParser.DataSet
  if (start < bytes.length) {
    const parser = littleEndian ? LITTLE : dicomParser.bigEndianByteArrayParser
    const stream = new GuardedStream(parser, bytes, start, caps.elements)
    const read = isExplicit(syntax, bytes.subarray(start))
      ? dicomParser.parseDicomDataSetExplicit
      : dicomParser.parseDicomDataSetImplicit
    read(raw, stream, bytes.length, { untilTag: TAG.PixelData })
  }
  checkDepth(raw, caps.depth)
  const pixels = raw.elements[TAG.PixelData]
  return {
    dataSet: new DataSet({ elements: { ...(deflated ? {} : meta.elements), ...elements } }, bytes, littleEndian, null),
    bytes,
    transferSyntaxUid: uid,
    syntax,
    pixelData: pixels === undefined
      ? null
      : { vr: pixels.vr ?? '', offset: pixels.dataOffset, length: pixels.length === UNDEFINED_LENGTH ? null : pixels.length },
  }
}

interface FileMeta {
  readonly elements: RawDataSet['elements']
  readonly syntaxUid: string | null
  readonly end: number
}

/**
 * Reads group 2, always explicit little endian, element by element: its group length is not trusted, because files
 * without it, or with a wrong one, are common.
 */
function readFileMeta(file: Uint8Array, start: number, caps: Caps): FileMeta {
  const elements: Record<string, dicomParser.Element> = {}
  if (start >= file.length) return { elements, syntaxUid: null, end: start }
  const stream = new GuardedStream(LITTLE, file, start, caps.elements)
  while (stream.position + 8 <= file.length && file[stream.position] === 2 && file[stream.position + 1] === 0) {
    const element = dicomParser.readDicomElementExplicit(stream, [])
    elements[element.tag] = element
  }
  const uid = new DataSet({ elements }, file, true, null).text(TAG.TransferSyntaxUID)
  return { elements, syntaxUid: uid === '' ? null : uid, end: stream.position }
}

/** The syntax decides, unless the first element plainly says otherwise (a known fault of some archives). */
function isExplicit(syntax: TransferSyntax | null, head: Uint8Array): boolean {
  const declared = syntax?.explicit ?? true
  const seen = bareSyntax(head)
  if (syntax !== null && !syntax.littleEndian) return true
  return seen === null ? declared : seen === EXPLICIT_LITTLE
}

/** Walks the sequences without recursion. */
function checkDepth(root: RawDataSet, limit: number): void {
  let level: RawDataSet[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) throw tooDeep(limit)
    level = level.flatMap((set) =>
      Object.values(set.elements).flatMap((element) => (element.items ?? []).flatMap((item) => item.dataSet ?? [])),
    )
  }
}

function tooDeep(limit: number): HilumError {
  return new HilumError('limit', `The DICOM header nests sequences more than ${limit} deep.`, {
    mend: 'No chest film needs this; check where the file comes from.',
  })
}

/** dicom-parser throws strings, Errors and `{ exception, dataSet }`: all become one HilumError. */
function normalised(thrown: unknown, caps: Caps): HilumError {
  if (thrown instanceof HilumError) return thrown
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) return tooDeep(caps.depth)
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  const where = /item tag \(FFFE,E000\) not found at offset (\d+)/.exec(detail)
  const what = where === null ? 'its elements run past their end' : `a sequence item is missing at byte ${where[1]}`
  return new HilumError('bad-input', `The DICOM header is damaged: ${what}.`, {
    mend: 'The file was cut off or altered; export or copy it again.',
    cause: thrown,
  })
}
