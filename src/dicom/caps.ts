/**
 * The limits under which an untrusted file is read. Every one is checked before the memory it guards is
 * allocated; reaching one is a HilumError of kind `limit`.
 */
export interface Caps {
  /** Bytes of one file, also after it was taken out of an archive. */
  readonly fileBytes: number
  /** Bytes a deflated data set may grow to. */
  readonly inflatedBytes: number
  /** Sequences inside sequences. */
  readonly depth: number
  /** Elements of one data set, nested ones included. */
  readonly elements: number
  /** Rows x columns of a film. */
  readonly pixels: number
  /** Rows or columns of a film. */
  readonly edge: number
  /** Files taken out of one archive, and their bytes together. */
  readonly archiveFiles: number
  readonly archiveBytes: number
  /** Folders inside folders. */
  readonly folderDepth: number
}

const MIB = 1024 * 1024

/** A 43 x 35 cm detector at 0.1 mm is 4,300 x 3,500: these leave room for four times that in each direction. */
export const CAPS: Caps = {
  fileBytes: 512 * MIB,
  inflatedBytes: 256 * MIB,
  depth: 64,
  elements: 200_000,
  pixels: 100_000_000,
  edge: 20_000,
  archiveFiles: 100_000,
  archiveBytes: 16 * 1024 * MIB,
  folderDepth: 64,
}
