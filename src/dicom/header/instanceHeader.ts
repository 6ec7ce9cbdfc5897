import { z } from 'zod'
import { StudyOffset } from '../../shared/domain/studyOffset.ts'

/** A window of the file (0028,1050..1056). */
export const FileWindow = z
  .object({ center: z.number(), width: z.number().positive(), explanation: z.string() })
  .readonly()
export type FileWindow = z.infer<typeof FileWindow>

/** A lookup table as PS3.3 C.11.1.1 and C.11.2.1.1 define it: the first input value mapped, then the entries. */
export const Lut = z
  .object({
    firstInput: z.number().int(),
    /** Bits that the entries fill, told from the entries themselves when the descriptor is wrong. */
    bits: z.number().int().min(1).max(16),
    entries: z.instanceof(Uint16Array),
    explanation: z.string(),
  })
  .readonly()
export type Lut = z.infer<typeof Lut>

const Pair = z.tuple([z.number(), z.number()]).readonly()

/** How the stored pixels are laid out (Image Pixel Module, PS3.3 C.7.6.3). */
export const PixelLayout = z
  .object({
    rows: z.number().int().positive(),
    columns: z.number().int().positive(),
    frames: z.number().int().positive(),
    samples: z.number().int().min(1).max(4),
    planar: z.boolean(),
    photometric: z.string(),
    bitsAllocated: z.number().int(),
    bitsStored: z.number().int(),
    highBit: z.number().int(),
    signed: z.boolean(),
  })
  .readonly()
export type PixelLayout = z.infer<typeof PixelLayout>

/** What Hilum reads of one instance. Dates are YYYY-MM-DD, times HH:MM:SS, lengths mm; absent text is ''. */
export const InstanceHeader = z
  .object({
    source: z.enum(['dicom', 'picture']),
    transferSyntaxUid: z.string(),
    sopClassUid: z.string(),
    sopInstanceUid: z.string(),
    seriesInstanceUid: z.string(),
    studyInstanceUid: z.string(),
    patientId: z.string(),
    patientName: z.string(),
    birthDate: z.string().nullable(),
    sex: z.string().nullable(),
    studyDate: z.string().nullable(),
    studyTime: z.string().nullable(),
    /** What a picture's name tells in place of a date. */
    studyOffset: StudyOffset.nullable(),
    studyDescription: z.string(),
    seriesDescription: z.string(),
    protocolName: z.string(),
    processing: z.string(),
    accession: z.string(),
    modality: z.string(),
    manufacturer: z.string(),
    comments: z.string(),
    bodyPart: z.string(),
    viewPosition: z.string(),
    viewMeaning: z.string(),
    laterality: z.string(),
    patientOrientation: z.array(z.string()).readonly(),
    imageType: z.array(z.string()).readonly(),
    presentationIntent: z.string(),
    burnedInAnnotation: z.string(),
    hasPixels: z.boolean(),
    /** Null when the file describes no greyscale or colour image at all. */
    layout: PixelLayout.nullable(),
    /** Row spacing first, column second, as in the standard. */
    pixelSpacing: Pair.nullable(),
    imagerPixelSpacing: Pair.nullable(),
    magnification: z.number().positive().nullable(),
    rescale: z.object({ slope: z.number(), intercept: z.number() }).readonly(),
    modalityLut: Lut.nullable(),
    windows: z.array(FileWindow).readonly(),
    voiFunction: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']),
    voiLuts: z.array(Lut).readonly(),
    presentationLutShape: z.string(),
    /** Stored values from `low` to `high` are padding. */
    padding: z.object({ low: z.number(), high: z.number() }).readonly().nullable(),
  })
  .readonly()
export type InstanceHeader = z.infer<typeof InstanceHeader>
