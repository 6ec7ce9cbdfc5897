import { join, resolve } from 'node:path'

/** Where things are in a workspace folder. */
export interface WorkspacePaths {
  readonly dir: string
  readonly database: string
  /** Films by content hash; only the dicom process looks inside. */
  readonly store: string
  /** What can be computed again: compiled graphs. */
  readonly cache: string
  /** What is being fetched from a PACS; imported and removed at once. */
  readonly incoming: string
  /** Models that were added, a folder each. */
  readonly models: string
  /** Dictionaries that were added, a folder each. */
  readonly dictionaries: string
}

export function workspacePaths(dir: string): WorkspacePaths {
  const full = resolve(dir)
  return {
    dir: full, database: join(full, 'hilum.db'), store: join(full, 'films'), cache: join(full, 'cache'),
    incoming: join(full, 'incoming'),
    models: join(full, 'models'), dictionaries: join(full, 'dictionaries'),
  }
}

/** Where things are in the resources folder. */
export function resourcePaths(dir: string): { model: string; dictionary: string; features: string } {
  const dictionary = join(resolve(dir), 'dictionary')
  return { model: join(resolve(dir), 'model'), dictionary, features: join(dictionary, 'features.json') }
}
