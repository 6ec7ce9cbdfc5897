import { imageLoader, metaData, utilities, type Types } from '@cornerstonejs/core'
import type { ViewerFilm } from '../../shared/contracts/dicom.ts'
import { halve, levelCount, type GreyImage } from './pyramid.ts'

/**
 * Films for cornerstone3D under `hilum:<hash>.<lut>:<level>`. The dicom process has applied the modality LUT and
 * any VOI LUT Sequence, so that all cornerstone does is one window. Every level of a film's pyramid has the
 * same world: world (x, y) is the middle of the film's pixel (x, y), one unit a pixel.
 */
const SCHEME = 'hilum'

interface Entry {
  readonly film: ViewerFilm
  readonly levels: GreyImage[]
  users: number
}

const entries = new Map<string, Entry>()

/** Two readings of one file through different LUTs are two films here. */
const keyOf = ({ hash, lut }: Pick<ViewerFilm, 'hash' | 'lut'>): string => `${hash}.${lut ?? 'none'}`

/** Makes a film known for as long as it is held; returns the ids of its levels, largest first. */
export function holdFilm(film: ViewerFilm): string[] {
  const key = keyOf(film)
  const entry = entries.get(key) ?? { film, levels: [film], users: 0 }
  entry.users += 1
  entries.set(key, entry)
  return Array.from({ length: levelCount(film.columns, film.rows) }, (_, level) => `${SCHEME}:${key}:${level}`)
}

export function releaseFilm(film: Pick<ViewerFilm, 'hash' | 'lut'>): void {
  const key = keyOf(film)
  const entry = entries.get(key)
  if (entry === undefined) return
  entry.users -= 1
  if (entry.users === 0) entries.delete(key)
}

function find(imageId: string): { entry: Entry; image: GreyImage; level: number } {
  const [, key = '', number = ''] = imageId.split(':')
  const entry = entries.get(key)
  if (entry === undefined) throw new ReferenceError(`The film ${key} is not held.`)
  const level = Number(number)
  while (entry.levels.length <= level) entry.levels.push(halve(entry.levels.at(-1) as GreyImage))
  return { entry, image: entry.levels[level] as GreyImage, level }
}

function imageOf(imageId: string): Types.IImage {
  const { entry, image, level } = find(imageId)
  const { columns, rows, values } = image
  const size = 2 ** level
  const voxelManager = utilities.VoxelManager.createImageVoxelManager({
    width: columns,
    height: rows,
    scalarData: values,
    numberOfComponents: 1,
  })
  return {
    imageId,
    columns,
    rows,
    width: columns,
    height: rows,
    columnPixelSpacing: size,
    rowPixelSpacing: size,
    minPixelValue: entry.film.minimum,
    maxPixelValue: entry.film.maximum,
    slope: 1,
    intercept: 0,
    windowCenter: (entry.film.minimum + entry.film.maximum) / 2,
    windowWidth: entry.film.maximum - entry.film.minimum + 1,
    voiLUTFunction: 'LINEAR',
    invert: false,
    color: false,
    rgba: false,
    numberOfComponents: 1,
    photometricInterpretation: 'MONOCHROME2',
    dataType: values instanceof Int16Array ? 'Int16Array' : 'Uint16Array',
    sizeInBytes: values.byteLength,
    voxelManager,
    getPixelData: () => values,
    // Read by cornerstone's CPU path only, which draws without it.
    getCanvas: () => document.createElement('canvas'),
  } as unknown as Types.IImage
}

function metadataOf(type: string, imageId: unknown): object | undefined {
  if (typeof imageId !== 'string' || !imageId.startsWith(`${SCHEME}:`)) return undefined
  if (type === 'generalSeriesModule') return { modality: 'DX', seriesInstanceUID: imageId }
  if (type !== 'imagePixelModule' && type !== 'imagePlaneModule') return undefined
  const { image, level } = find(imageId)
  const { columns, rows, values } = image
  if (type === 'imagePixelModule') {
    const signed = values instanceof Int16Array
    return {
      bitsAllocated: 16,
      bitsStored: 16,
      highBit: 15,
      pixelRepresentation: signed ? 1 : 0,
      samplesPerPixel: 1,
      photometricInterpretation: 'MONOCHROME2',
      columns,
      rows,
    }
  }
  const size = 2 ** level
  const middle = (size - 1) / 2 // of the first pixel, in the film's own pixels
  return {
    imageOrientationPatient: [1, 0, 0, 0, 1, 0],
    rowCosines: [1, 0, 0],
    columnCosines: [0, 1, 0],
    imagePositionPatient: [middle, middle, 0],
    rowPixelSpacing: size,
    columnPixelSpacing: size,
    columns,
    rows,
    frameOfReferenceUID: SCHEME,
  }
}

let registered = false

/** Registers the loader and its metadata, once. */
export function registerLoader(): void {
  if (registered) return
  registered = true
  imageLoader.registerImageLoader(SCHEME, (imageId) => ({ promise: Promise.resolve().then(() => imageOf(imageId)) }))
  metaData.addProvider((type: string, imageId: unknown) => metadataOf(type, imageId), 10_000)
}
