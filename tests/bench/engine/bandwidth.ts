import { Tensor } from 'onnxruntime-node'
import { GraphBuilder } from '../../../src/compute/onnx/graphBuilder.ts'
import { openSession } from '../../../src/compute/onnx/session.ts'

const FLOATS = 128 * 2 ** 20

/** Bytes a second that this many threads read from memory: the best of a few sums over half a gibibyte. */
export async function memoryBandwidth(threads: number): Promise<number> {
  const graph = new GraphBuilder('bandwidth')
  const x = graph.input('x', 'float32', ['rows', 4096])
  const sums = graph.node('ReduceMax', [x, graph.integers([1])], { attributes: { keepdims: { int: 0 } } })
  graph.output('y', sums, 'float32', ['rows'])
  const session = await openSession(graph.encode(), threads)
  const feeds = { x: new Tensor('float32', new Float32Array(FLOATS).fill(1), [FLOATS / 4096, 4096]) }
  let best = Infinity
  for (let i = 0; i < 6; i++) {
    const began = performance.now()
    await session.run(feeds)
    best = Math.min(best, performance.now() - began)
  }
  await session.release()
  return (FLOATS * 4 * 1000) / best
}
