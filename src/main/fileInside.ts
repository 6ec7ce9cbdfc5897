import { realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'

/**
 * The file that a URL path names inside a folder, or null when there is none. Dots, encoded separators, NUL and
 * links cannot lead out of the folder: what counts is where the path really ends.
 */
export async function fileInside(folder: string, urlPath: string): Promise<string | null> {
  try {
    const root = await realpath(folder)
    const file = await realpath(join(root, decodeURIComponent(urlPath)))
    return file.startsWith(root + sep) && (await stat(file)).isFile() ? file : null
  } catch {
    return null
  }
}
