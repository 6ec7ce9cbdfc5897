import { mkdir, open, readFile, rename, rm, stat, statfs } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { WeightFormat } from '../../shared/domain/model.ts'
import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import type { Checkpoint } from '../checkpoint/checkpoint.ts'
import { WeightFile } from '../onnx/weightFile.ts'
import {
  checkedManifest, COMPILER_VERSION, CompiledPart, hashFile, MANIFEST, modelHash, type Manifest,
} from './compileManifest.ts'
import { ownedStaging, type Staging } from './staging.ts'
import { formatOfPart, storedBytes, storeWeights } from './storeWeights.ts'
import { parametersOf, planWeights, type WeightPart } from './weightPlan.ts'

/** Below this size a compiled folder's hashes are checked at every start; above, sizes alone. */
const DEEP_CHECK_BYTES = 256 * 2 ** 20
/** Left free on the disk, so that verdicts can still be kept. */
const SPARE_BYTES = 256 * 2 ** 20

/** A checkpoint compiled: its weights as the graphs read them, in parts, and the manifest that says where each lies. */
export interface CompiledModel {
  readonly folder: string
  readonly manifest: Manifest
}

export interface CompileOptions {
  readonly checkpoint: Checkpoint
  /** Holds one folder per compiled model, named by its hash. */
  readonly cacheDir: string
  readonly format: WeightFormat
  /** Files that go into the folder beside the weights, by name. */
  readonly beside?: ((manifest: Manifest) => ReadonlyMap<string, Uint8Array>) | undefined
  /** Told what is being done: bytes hashed, then parameters stored. */
  readonly onProgress?: ((step: CompileStep, done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}
export type CompileStep = 'hashing' | 'storing'

/**
 * Compiles a checkpoint, or finds it compiled. The folder appears under its name only when it is complete
 * and on disk. A run that is killed, or whose caller is, leaves its finished parts to the next one; one that
 * fails or is cancelled leaves nothing.
 * @throws HilumError limit when the disk does not have the room; bad-input when weights are damaged.
 */
export async function compileModel(options: CompileOptions): Promise<CompiledModel> {
  const { checkpoint, cacheDir, format } = options
  const before = await fileStates(checkpoint)
  const source = await hashSource(options)
  const hash = modelHash({ config: checkpoint.config, format, weights: Object.values(source) })
  const folder = join(cacheDir, hash)
  const found = await findCompiled(folder)
  if (found !== null) return { folder, manifest: found }

  let staging: Staging | null = null
  try {
    await mkdir(cacheDir, { recursive: true })
    staging = await ownedStaging(cacheDir, hash)
    const parts = await storeParts(staging, options)
    if ((await fileStates(checkpoint)) !== before) {
      throw new HilumError('bad-input', 'The checkpoint changed while it was read.', {
        mend: 'Wait until it is copied or downloaded completely, then try again.',
      })
    }
    const manifest: Manifest = {
      compiler: COMPILER_VERSION, modelHash: hash, format, source,
      files: parts.map((part) => part.file),
      weights: parts.flatMap((part) => part.weights),
    }
    for (const [name, bytes] of options.beside?.(manifest) ?? []) await writeDurably(join(staging.path, name), bytes)
    await writeDurably(join(staging.path, MANIFEST), jsonBytes(manifest))
    for (const { name } of planWeights(checkpoint.config)) await rm(join(staging.path, noteOf(name)))
    await publish(staging.path, folder)
    await staging.dispose()
    return { folder, manifest }
  } catch (error) {
    // Whoever asked is gone without a word, as in a crash of the window: that is no wish to give it up.
    if (error === options.signal?.reason) staging?.leave()
    else await staging?.dispose()
    throw diskError(error)
  }
}

async function findCompiled(folder: string): Promise<Manifest | null> {
  const manifest = await checkedManifest(folder, false)
  const bytes = manifest?.files.reduce((sum, file) => sum + file.size, 0) ?? 0
  return manifest !== null && bytes < DEEP_CHECK_BYTES ? checkedManifest(folder, true) : manifest
}

/** SHA-256 of each weight file, by name, in the order of their names. */
async function hashSource(
  { checkpoint, signal, onProgress }: CompileOptions,
): Promise<Readonly<Record<string, string>>> {
  const sizes = await Promise.all(checkpoint.weightPaths.map(async (path) => (await stat(path)).size))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  let done = 0
  const source: Record<string, string> = {}
  for (const path of checkpoint.weightPaths) {
    source[basename(path)] = await hashFile(path, (bytes) => {
      throwIfCancelled(signal)
      onProgress?.('hashing', (done += bytes), total)
    })
  }
  return source
}

/** What would change if somebody wrote to the weight files. */
async function fileStates(checkpoint: Checkpoint): Promise<string> {
  const states = checkpoint.weightPaths.map(async (path) => {
    const { size, mtimeMs } = await stat(path)
    return `${path} ${size} ${mtimeMs}`
  })
  return (await Promise.all(states)).join('\n')
}

async function storeParts(staging: Staging, options: CompileOptions): Promise<readonly CompiledPart[]> {
  const { checkpoint, format, onProgress, signal } = options
  const plan = planWeights(checkpoint.config)
  const finished = new Map<string, CompiledPart>()
  for (const { name } of plan) {
    const part = await readPart(staging.path, name)
    if (part !== null) finished.set(name, part)
  }
  await refuseSmallDisk(staging.path, plan.filter((part) => !finished.has(part.name)), format)

  const sizeOf = (part: WeightPart): number => part.weights.reduce((sum, request) => sum + parametersOf(request), 0)
  const total = plan.reduce((sum, part) => sum + sizeOf(part), 0)
  let done = 0
  const parts: CompiledPart[] = []
  for (const part of plan) {
    throwIfCancelled(signal)
    const kept = finished.get(part.name)
    if (kept === undefined) {
      parts.push(await storePart(staging.path, part, options, (parameters) => {
        onProgress?.('storing', (done += parameters), total)
      }))
    } else {
      onProgress?.('storing', (done += sizeOf(part)), total)
      parts.push(kept)
    }
  }
  return parts
}

async function storePart(
  folder: string, part: WeightPart, { checkpoint, format, signal }: CompileOptions,
  onPiece: (parameters: number) => void,
): Promise<CompiledPart> {
  const name = `${part.name}.data`
  const file = await WeightFile.create(join(folder, name), name)
  try {
    const how = formatOfPart(part.name, format)
    const weights = await storeWeights(checkpoint, file, part.weights, how, (parameters) => {
      throwIfCancelled(signal)
      onPiece(parameters)
    })
    const finished = { file: { name, ...(await file.finish()) }, weights }
    await writeDurably(join(folder, noteOf(part.name)), jsonBytes(finished))
    return finished
  } catch (error) {
    await file.abandon()
    throw error
  }
}

/** The file that says a part is finished: written after the part is on disk. */
function noteOf(part: string): string {
  return `${part}.part.json`
}

/** A part that an earlier run finished, or null. What is half there is removed. */
async function readPart(folder: string, name: string): Promise<CompiledPart | null> {
  const note = join(folder, noteOf(name))
  const data = join(folder, `${name}.data`)
  try {
    const part = CompiledPart.parse(JSON.parse(await readFile(note, 'utf8')))
    if ((await stat(data)).size === part.file.size && (await hashFile(data)) === part.file.sha256) return part
  } catch {
    // Not finished: made anew.
  }
  await rm(note, { force: true })
  await rm(data, { force: true })
  return null
}

/** Bytes of a compiled model on disk. */
export function compiledBytes(plan: readonly WeightPart[], format: WeightFormat): number {
  return plan.reduce((sum, part) => {
    const how = formatOfPart(part.name, format)
    return sum + part.weights.reduce((bytes, request) => bytes + storedBytes(request, how), 0)
  }, 0)
}

async function refuseSmallDisk(folder: string, missing: readonly WeightPart[], format: WeightFormat): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const needed = compiledBytes(missing, format) + SPARE_BYTES
  if (missing.length === 0 || bavail * bsize >= needed) return
  const [need, free] = [needed, bavail * bsize].map((bytes) => `${(bytes / 1e9).toFixed(1)} GB`)
  throw new HilumError('limit', `The model takes ${need} of disk as ${format}, but only ${free} are free.`, {
    mend: 'Free some space, or choose a smaller format.',
  })
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const aside = `${path}.writing`
  const file = await open(aside, 'w')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(aside, path)
}

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value, null, 1))
}

/** Moves a finished folder to its name. A damaged one there is replaced; another run's good one is kept. */
async function publish(partial: string, folder: string): Promise<void> {
  for (let tries = 3; ; tries--) {
    try {
      await rename(partial, folder)
      return
    } catch (error) {
      if (tries === 0) throw error
      if ((await findCompiled(folder)) !== null) return
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** Errors of the file system in the reader's words. */
function diskError(error: unknown): unknown {
  const { code, path } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new HilumError('limit', 'The disk is full: the model could not be compiled, and nothing of it was kept.', {
      mend: 'Free some space and try again.', cause: error,
    })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new HilumError('unavailable', `Hilum may not write to ${path ?? 'the folder of models'}.`, {
      mend: 'Give yourself the right to write there, or choose another workspace.', cause: error,
    })
  }
  return error
}
