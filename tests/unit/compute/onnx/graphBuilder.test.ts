import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { Tensor } from 'onnxruntime-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../../../src/compute/onnx/graphBuilder.ts'
import { openSession } from '../../../../src/compute/onnx/session.ts'
import { WeightFile } from '../../../../src/compute/onnx/weightFile.ts'

describe('a graph built in TypeScript', () => {
  let folder = ''
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'hilum-onnx-'))))
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('runs, with attributes, several outputs and a dimension known only at run time', async () => {
    const graph = new GraphBuilder('halves')
    const x = graph.input('x', 'float32', ['n', 4])
    const [left, right] = graph.nodes('Split', [x, graph.integers([1, 3])], 2, { attributes: { axis: { int: 1 } } })
    const total = graph.node('ReduceSum', [right!, graph.integers([1])], { attributes: { keepdims: { int: 1 } } })
    const shifted = graph.node('Add', [left!, graph.constant('ten', [1], Float32Array.of(10))])
    graph.output('left', shifted, 'float32', ['n', 1])
    graph.output('total', total, 'float32', ['n', 1])

    const session = await openSession(graph.encode(), 1)
    const results = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 4]) })
    expect([...(results.left?.data as Float32Array)]).toEqual([11, 15])
    expect([...(results.total?.data as Float32Array)]).toEqual([9, 21])
    await session.release()
  })

  it('takes its weights from a file beside it, each on a page of its own', async () => {
    const weights = await WeightFile.create(join(folder, 'w.data'), 'w.data')
    const first = await weights.append([Float32Array.of(1, 2)])
    const second = await weights.append([Float32Array.of(3), Float32Array.of(4)])
    const { size, sha256 } = await weights.finish()
    expect([first.offset, second.offset, second.length, size]).toEqual([0, 4096, 8, 4104])
    expect(sha256).toBe(createHash('sha256').update(await readFile(join(folder, 'w.data'))).digest('hex'))

    const graph = new GraphBuilder('product')
    const x = graph.input('x', 'float32', ['n', 2])
    const product = graph.node('Mul', [graph.weight('a', [2], first), graph.weight('b', [2], second)])
    graph.output('y', graph.node('Mul', [x, product]), 'float32', ['n', 2])
    await writeFile(join(folder, 'm.onnx'), graph.encode())
    const session = await openSession(join(folder, 'm.onnx'), 1)
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(10, 100), [1, 2]) })
    expect([...(y?.data as Float32Array)]).toEqual([30, 800])
    await session.release()
  })

  it('is refused in one sentence when the runtime cannot load it', async () => {
    const graph = new GraphBuilder('wrong')
    graph.output('y', graph.node('NoSuchOperator', [graph.input('x', 'float32', [1])]), 'float32', [1])
    await expect(openSession(graph.encode(), 1)).rejects.toMatchObject({
      name: 'HilumError', kind: 'unavailable', message: 'ONNX Runtime could not load a model graph.',
    })
  })
})
