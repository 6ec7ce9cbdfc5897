import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Zip, ZipDeflate } from 'fflate'
import { HilumError } from '../../shared/errors.ts'

/** A file in the zip, as the manifest names it. */
export interface WrittenFile {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/** The finished zip. */
export interface WrittenZip {
  readonly bytes: number
  readonly sha256: string
}

// A zip's own smallest time: with it, equal contents give equal archives.
const MTIME = new Date(1980, 0, 1)

/**
 * Writes a zip beside its final place and moves it there when it is whole and on the disk, so that a crash leaves
 * the old file or the new one. Text goes through in pieces; nothing is held but the piece.
 */
export class ZipWriter {
  readonly #path: string
  readonly #temporary: string
  readonly #descriptor: number
  readonly #zip: Zip
  readonly #hash = createHash('sha256')
  #bytes = 0
  #open = true

  /** Throws `unavailable` when the folder is not there or cannot be written. */
  constructor(path: string) {
    this.#path = path
    this.#temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`)
    try {
      this.#descriptor = openSync(this.#temporary, 'w')
    } catch (cause) {
      throw new HilumError('unavailable', `Cannot write to the folder ${dirname(path)}.`, {
        mend: 'Choose a folder that exists and that you may write to.', cause,
      })
    }
    this.#zip = new Zip((error, chunk) => {
      if (error) throw error
      this.#hash.update(chunk)
      this.#bytes += chunk.length
      this.#write(chunk)
    })
  }

  /** Adds a file from pieces of text. */
  add(name: string, pieces: Iterable<string>): WrittenFile {
    const file = this.begin(name)
    for (const piece of pieces) file.push(piece)
    return file.end()
  }

  /** Adds a file piece by piece, for what is made between other work. End it before the next begins. */
  begin(name: string): { push(piece: string): void; end(): WrittenFile } {
    const entry = new ZipDeflate(name, { level: 6 })
    entry.mtime = MTIME
    this.#zip.add(entry)
    const hash = createHash('sha256')
    let bytes = 0
    return {
      push(piece) {
        const data = new TextEncoder().encode(piece)
        if (data.length === 0) return
        hash.update(data)
        bytes += data.length
        entry.push(data, false)
      },
      end() {
        entry.push(new Uint8Array(0), true)
        return { name, bytes, sha256: hash.digest('hex') }
      },
    }
  }

  /** Ends the zip and puts it in its place. */
  finish(): WrittenZip {
    this.#zip.end()
    fsyncSync(this.#descriptor)
    this.#close()
    renameSync(this.#temporary, this.#path)
    syncFolder(dirname(this.#path))
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }

  /** Gives up what was not finished. */
  [Symbol.dispose](): void {
    if (!this.#open) return
    this.#close()
    rmSync(this.#temporary, { force: true })
  }

  #close(): void {
    this.#open = false
    closeSync(this.#descriptor)
  }

  #write(chunk: Uint8Array): void {
    try {
      for (let at = 0; at < chunk.length;) at += writeSync(this.#descriptor, chunk, at)
    } catch (cause) {
      const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC'
      const why = full ? 'the disk is full' : (cause as Error).message
      throw new HilumError(full ? 'limit' : 'unavailable', `The export was not written: ${why}.`, { cause })
    }
  }
}

/** Makes a rename durable. Windows has no such thing and needs none. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
