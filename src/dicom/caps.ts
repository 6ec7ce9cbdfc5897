/**
 * The limits under which an untrusted file is read. Every one is checked before the memory it guards is
 * allocated; reaching one is a HilumError of kind `limit`.
 */
export interface Caps {
  /** Bytes of one file. */
  readonly fileBytes: number
  /** Bytes a compressed file, data set or archive entry may grow to. */
  readonly inflatedBytes: number
  /** Sequences inside sequences. */
  readonly depth: number
  /** Elements of one data set, nested ones included. */
  readonly elements: number
  /** Rows x columns of a film. */
  readonly pixels: number
  /** Rows or columns of a film. */
  readonly edge: number
  /** Bytes of a PNG's lines, or of a JPEG picture's coefficients. */
  readonly rasterBytes: number
  /** Files taken out of one archive, and their bytes together. */
  readonly archiveFiles: number
  readonly archiveBytes: number
  /** Folders inside folders. */
  readonly folderDepth: number
}

const MIB = 1024 * 1024

/**
 * No film costs more memory than 256 MB over its file: a codec holds a pixel several times over, so the limit on
 * pixels follows from that. A detector of 43 x 43 cm at 0.1 mm has 18.5 million. JPEG 2000 alone takes up to 15 bytes a
 * pixel, so that its largest films cost 350 MB; what is too small to be one is refused (`checkDensity.ts`).
 */
export const CAPS: Caps = {
  fileBytes: 512 * MIB,
  inflatedBytes: 64 * MIB,
  depth: 64,
  elements: 50_000,
  pixels: 24_000_000,
  edge: 20_000,
  rasterBytes: 72 * MIB,
  archiveFiles: 100_000,
  archiveBytes: 16 * 1024 * MIB,
  folderDepth: 64,
}
