import { InferenceSession } from 'onnxruntime-node'
import { HilumError } from '../../shared/errors.ts'

/**
 * Loads a model for the CPU. Weights in a file beside the model need a path; a model that holds its
 * own weights may be given as bytes.
 *
 * Threads do not spin while they wait: several sessions are open at once and would steal each other's
 * cores. Memory patterns are off because every run has other lengths.
 */
export async function openSession(model: string | Uint8Array, threads: number): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  }
  try {
    return typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options)
  } catch (cause) {
    throw new HilumError('unavailable', 'ONNX Runtime could not load a model graph.', {
      mend: 'Delete the model cache so that the model is compiled again; if that does not help, free some memory.',
      cause,
    })
  }
}
