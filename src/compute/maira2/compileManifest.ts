import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { WeightFormat } from '../../shared/domain/model.ts'
import type { ModelConfig } from '../checkpoint/modelConfig.ts'

/** Counts up when the weights are stored in another way, so that folders made by an older Hilum are not used. */
export const COMPILER_VERSION = 2
export const MANIFEST = 'manifest.json'

const CompiledFile = z.object({ name: z.string(), size: z.number().int(), sha256: z.string() })
export type CompiledFile = z.infer<typeof CompiledFile>

const StoredWeight = z.object({
  name: z.string(),
  format: WeightFormat,
  data: z.object({ location: z.string(), offset: z.number().int(), length: z.number().int() }),
})
/** One weight of a compiled model: its name in the graphs, the format it is in, and where it lies. */
export type StoredWeight = z.infer<typeof StoredWeight>

/** A finished part of a compilation: its file, and the weights in it. */
export const CompiledPart = z.object({ file: CompiledFile, weights: z.array(StoredWeight).readonly() })
export type CompiledPart = z.infer<typeof CompiledPart>

const Manifest = z.object({
  compiler: z.literal(COMPILER_VERSION),
  modelHash: z.string(),
  /** Of the decoder's linear layers; `weights` says it of every one. */
  format: WeightFormat,
  /** SHA-256 of the checkpoint's weight files by name, as the place it was downloaded from lists them. */
  source: z.record(z.string(), z.string()),
  files: z.array(CompiledFile).readonly(),
  weights: z.array(StoredWeight).readonly(),
})
/** What lies in a compiled model's folder. Written last: a folder without it is not a model. */
export type Manifest = z.infer<typeof Manifest>

/** Everything that decides what a compiled model computes. Where it is cut changes nothing. */
export interface ModelIdentity {
  readonly config: ModelConfig
  readonly format: WeightFormat
  /** SHA-256 of each weight file, in order. */
  readonly weights: readonly string[]
}

/** The model's name in caches and provenance: SHA-256 over its identity, lower-case hex. */
export function modelHash(identity: ModelIdentity): string {
  const { config, format, weights } = identity
  // What it is called and was trained for changes no logit.
  const { name: _name, embedded: _embedded, untrainedModes: _modes, ...numbers } = config
  const text = JSON.stringify([COMPILER_VERSION, sorted(numbers), format, weights])
  return createHash('sha256').update(text).digest('hex')
}

/** Entries in the order of their keys, all the way down, so that equal values have equal text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)])
}

/** SHA-256 of a file, lower-case hex. `onBytes` is told of every chunk's size; what it throws ends the reading. */
export async function hashFile(path: string, onBytes?: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Uint8Array)
    onBytes?.((chunk as Uint8Array).byteLength)
  }
  return hash.digest('hex')
}

/** The manifest of a compiled folder, or null when it is absent or of another version. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')))
  } catch {
    return null
  }
}

/** As `readManifest`, and null when a file is not there in its full size; `deep` also compares every file's hash. */
export async function checkedManifest(folder: string, deep: boolean): Promise<Manifest | null> {
  const manifest = await readManifest(folder)
  for (const { name, size, sha256 } of manifest?.files ?? []) {
    const path = join(folder, name)
    const found = await stat(path).catch(() => null)
    if (found?.size !== size || (deep && (await hashFile(path)) !== sha256)) return null
  }
  return manifest
}
