import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import type { Checkpoint } from '../checkpoint/checkpoint.ts'
import { GraphBuilder } from '../onnx/graphBuilder.ts'
import { WeightFile } from '../onnx/weightFile.ts'
import {
  COMPILER_VERSION, hashFile, MANIFEST, modelHash, readManifest, type Manifest, type WeightFormat,
} from './compileManifest.ts'
import { buildDecoderGraph } from './decoderGraph.ts'
import { buildVisionGraph } from './visionGraph.ts'
import { Weights } from './weights.ts'

/** Below this size a compiled folder's hashes are checked at every start; above, sizes alone. */
const DEEP_CHECK_BYTES = 256 * 2 ** 20
const EMBED = 'language_model.model.embed_tokens.weight'
type CompiledFile = Manifest['files'][number]

/** A checkpoint as ONNX graphs: vision.onnx, front.onnx, back.onnx, their weights, and embeddings.data. */
export interface CompiledModel {
  readonly folder: string
  readonly manifest: Manifest
}

export interface CompileOptions {
  readonly checkpoint: Checkpoint
  /** The decoder is cut after this block (counted from 0). */
  readonly hookLayer: number
  /** Holds one folder per compiled model, named by its hash. */
  readonly cacheDir: string
  readonly format: WeightFormat
  readonly signal?: AbortSignal | undefined
}

/**
 * Compiles a checkpoint, or finds it compiled. The folder appears under its name only when it is
 * complete and on disk; a run that is killed leaves nothing that looks like a model.
 */
export async function compileModel(options: CompileOptions): Promise<CompiledModel> {
  const { checkpoint, hookLayer, cacheDir, format } = options
  const layers = checkpoint.config.decoder.layers
  if (hookLayer < 0 || hookLayer > layers - 2) {
    throw new HilumError('unsupported', `A hook after block ${hookLayer} does not fit a decoder of ${layers} blocks.`, {
      mend: 'Use a dictionary that was trained on this model.',
    })
  }
  const weights: string[] = []
  for (const path of checkpoint.weightPaths) weights.push(await hashFile(path))
  const hash = modelHash({ config: checkpoint.config, hookLayer, format, weights })
  const folder = join(cacheDir, hash)

  const found = await findCompiled(folder)
  if (found !== null) return { folder, manifest: found }

  await mkdir(cacheDir, { recursive: true })
  await removeLeftovers(cacheDir, hash)
  const partial = await mkdtemp(join(cacheDir, `${hash}.partial-${process.pid}-`))
  try {
    const files = await writeModel(partial, options)
    const manifest: Manifest = { compiler: COMPILER_VERSION, modelHash: hash, hookLayer, format, files }
    await writeDurably(join(partial, MANIFEST), new TextEncoder().encode(JSON.stringify(manifest, null, 2)))
    await publish(partial, folder)
    return { folder, manifest }
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
      throw new HilumError('limit', 'The disk is full: the model could not be compiled.', {
        mend: 'Free some space and try again; a compiled model takes four bytes per parameter.',
        cause: error,
      })
    }
    throw error
  }
}

async function findCompiled(folder: string): Promise<Manifest | null> {
  const manifest = await readManifest(folder, false)
  const bytes = manifest?.files.reduce((sum, file) => sum + file.size, 0) ?? 0
  return manifest !== null && bytes < DEEP_CHECK_BYTES ? readManifest(folder, true) : manifest
}

async function writeModel(folder: string, options: CompileOptions): Promise<readonly CompiledFile[]> {
  const { checkpoint, hookLayer, format, signal } = options
  const { config } = checkpoint
  const last = config.decoder.layers - 1
  const graphs: Record<string, (graph: GraphBuilder, weights: Weights) => Promise<void>> = {
    vision: (graph, weights) => buildVisionGraph(graph, weights, config),
    front: (graph, weights) =>
      buildDecoderGraph(graph, weights, config.decoder, { first: 0, last: hookLayer, head: false }),
    back: (graph, weights) =>
      buildDecoderGraph(graph, weights, config.decoder, { first: hookLayer + 1, last, head: true }),
  }
  // The vision tower is a small part of the whole, and every token of an image depends on it: never rounded to blocks.
  const formatOf = (name: string): WeightFormat => (name === 'vision' && format !== 'fp16' ? 'fp32' : format)
  const files: CompiledFile[] = []
  for (const [name, build] of Object.entries(graphs)) {
    throwIfCancelled(signal)
    const graph = new GraphBuilder(name)
    files.push(
      await writeWeights(folder, `${name}.data`, (file) => build(graph, new Weights(checkpoint, graph, file, formatOf(name)))),
    )
    const bytes = graph.encode()
    await writeDurably(join(folder, `${name}.onnx`), bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    files.push({ name: `${name}.onnx`, size: bytes.byteLength, sha256 })
  }
  files.push(
    await writeWeights(folder, 'embeddings.data', async (file) => {
      await file.append([await checkpoint.read(EMBED)])
    }),
  )
  return files
}

async function writeWeights(
  folder: string,
  name: string,
  write: (file: WeightFile) => Promise<void>,
): Promise<CompiledFile> {
  const file = await WeightFile.create(join(folder, name), name)
  try {
    await write(file)
    return { name, ...(await file.finish()) }
  } catch (error) {
    await file.abandon()
    throw error
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Moves a finished folder to its name. A damaged one there is replaced; another run's good one is kept. */
async function publish(partial: string, folder: string): Promise<void> {
  for (let tries = 3; ; tries--) {
    try {
      await rename(partial, folder)
      return
    } catch (error) {
      if (tries === 0) throw error
      const taken = (await findCompiled(folder)) !== null
      await rm(taken ? partial : folder, { recursive: true, force: true })
      if (taken) return
    }
  }
}

/** Removes what killed compilations of this model left. */
async function removeLeftovers(cacheDir: string, hash: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    const pid = new RegExp(`^${hash}\\.partial-(\\d+)-`).exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(cacheDir, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
