import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HilumError } from '../../shared/errors.ts'
import type { ModelConfig } from '../checkpoint/modelConfig.ts'
import { GraphBuilder } from '../onnx/graphBuilder.ts'
import type { CompiledModel } from './compile.ts'
import { buildDecoderGraph } from './decoderGraph.ts'
import type { KvShape } from './kvLayout.ts'
import { buildVisionGraph } from './visionGraph.ts'
import { EMBEDDINGS } from './weightPlan.ts'
import { StoredWeights, type Weights } from './weights.ts'

/** A compiled model's files, its decoder cut after block `hookLayer` (counted from 0). */
export interface ModelGraphs {
  readonly hookLayer: number
  /** How the graphs take full tiles of keys and values. */
  readonly tiles: KvShape['tiles']
  readonly vision: string
  readonly front: string
  readonly back: string
  readonly embeddings: string
}

/**
 * Writes a compiled model's graphs beside its weights, which they refer to. They take milliseconds and some
 * kilobytes, so that another dictionary's hook does not ask for another compilation.
 */
export async function writeGraphs(
  { folder, manifest }: CompiledModel, config: ModelConfig, hookLayer: number,
): Promise<ModelGraphs> {
  const { layers } = config.decoder
  if (hookLayer < 0 || hookLayer > layers - 2) {
    throw new HilumError('unsupported', `A hook after block ${hookLayer} does not fit a decoder of ${layers} blocks.`, {
      mend: 'Use a dictionary that was trained on this model.',
    })
  }
  const stored = new Map(manifest.weights.map((weight) => [weight.name, weight]))
  const write = async (name: string, build: (graph: GraphBuilder, weights: Weights) => void): Promise<string> => {
    const graph = new GraphBuilder(name)
    build(graph, new StoredWeights(graph, stored))
    const path = join(folder, `${name}.onnx`)
    await writeIfOther(path, graph.encode())
    return path
  }
  // 4-bit weights round far more than 8-bit keys and values do, and then their bytes are what decoding waits for.
  const tiles = manifest.format === 'int4' ? 'int8' : 'fp32'
  return {
    hookLayer,
    tiles,
    vision: await write('vision', (graph, weights) => buildVisionGraph(graph, weights, config)),
    front: await write(`front-${hookLayer}`, (graph, weights) =>
      buildDecoderGraph(graph, weights, config.decoder, { first: 0, last: hookLayer, head: false, tiles })),
    back: await write(`back-${hookLayer}`, (graph, weights) =>
      buildDecoderGraph(graph, weights, config.decoder, { first: hookLayer + 1, last: layers - 1, head: true, tiles })),
    embeddings: join(folder, `${EMBEDDINGS}.data`),
  }
}

/** Others may be reading the file: it is replaced whole, and only when it would change. */
async function writeIfOther(path: string, bytes: Uint8Array): Promise<void> {
  const found = await readFile(path).catch(() => null)
  if (found !== null && found.equals(bytes)) return
  const aside = `${path}.${randomUUID()}`
  try {
    await writeFile(aside, bytes)
    await rename(aside, path)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
}
