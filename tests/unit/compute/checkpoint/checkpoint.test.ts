import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Checkpoint } from '../../../../src/compute/checkpoint/checkpoint.ts'
import {
  copyCheckpoint, rawTensors, SHARDS, temporaryFolder,
} from '../../../integration/compute/support/engineFixture.ts'
import { floats, writeSafetensors } from '../../../integration/compute/support/safetensors.ts'

const NORM = 'language_model.model.norm.weight'
let temporary: Awaited<ReturnType<typeof temporaryFolder>>
let folder = ''
beforeEach(async () => {
  temporary = await temporaryFolder()
  folder = await copyCheckpoint(temporary.path)
})
afterEach(() => temporary.dispose())

/** Opens the damaged copy and reads one tensor. */
async function readNorm(): Promise<Float32Array> {
  const checkpoint = await Checkpoint.open(folder)
  try {
    return await checkpoint.read(NORM)
  } finally {
    await checkpoint.close()
  }
}

describe('a checkpoint folder', () => {
  it('is read from shards and from a single file alike', async () => {
    const sharded = await readNorm()
    const tensors = { ...(await rawTensors(join(folder, SHARDS[0]))), ...(await rawTensors(join(folder, SHARDS[1]))) }
    await writeSafetensors(join(folder, 'model.safetensors'), tensors)
    for (const name of [...SHARDS, 'model.safetensors.index.json']) await rm(join(folder, name))
    expect(await readNorm()).toEqual(sharded)
    expect(sharded).toHaveLength(64)
  })

  it.each([
    ['config.json', 'The folder checkpoint has no config.json.', 'not-found'],
    [SHARDS[1], `The weights file ${SHARDS[1]} cannot be opened.`, 'not-found'],
  ])('without %s is refused', async (name, message, kind) => {
    await rm(join(folder, name))
    await expect(Checkpoint.open(folder)).rejects.toMatchObject({ kind, message })
  })

  it('with a config.json that is not JSON is refused', async () => {
    await writeFile(join(folder, 'config.json'), '{')
    await expect(Checkpoint.open(folder)).rejects.toThrow('config.json in checkpoint is not valid JSON.')
  })

  it('with a shard cut short is refused before anything is read', async () => {
    const { length } = await readFile(join(folder, SHARDS[1]))
    await truncate(join(folder, SHARDS[1]), length - 100)
    await expect(Checkpoint.open(folder)).rejects.toThrow(/is cut short: the tensor .* is not all there\./)
  })

  it('that lacks a tensor is refused by the name of the tensor', async () => {
    const { [NORM]: _gone, ...rest } = await rawTensors(join(folder, SHARDS[1]))
    await writeSafetensors(join(folder, SHARDS[1]), rest)
    await expect(Checkpoint.open(folder)).rejects.toThrow(`The checkpoint lacks the tensor ${NORM}.`)
  })

  it('with a tensor of another shape is refused with both shapes', async () => {
    const tensors = await rawTensors(join(folder, SHARDS[1]))
    await writeSafetensors(join(folder, SHARDS[1]), { ...tensors, [NORM]: floats([3], [1, 2, 3]) })
    await expect(Checkpoint.open(folder)).rejects.toThrow(
      `The tensor ${NORM} has the shape [3], but config.json asks for [64].`,
    )
  })

  it('with weights that are not numbers is refused when they are read', async () => {
    const tensors = await rawTensors(join(folder, SHARDS[1]))
    for (const value of [NaN, Infinity]) {
      const values = Array.from({ length: 64 }, (_, i) => (i === 40 ? value : 1))
      await writeSafetensors(join(folder, SHARDS[1]), { ...tensors, [NORM]: floats([64], values) })
      await expect(readNorm()).rejects.toThrow(`The tensor ${NORM} holds values that are not numbers (NaN or infinite).`)
    }
  })

  it('with weights of a type that is no float is refused', async () => {
    const tensors = await rawTensors(join(folder, SHARDS[1]))
    const integers = { dtype: 'I8', shape: [64], bytes: new Uint8Array(64) }
    await writeSafetensors(join(folder, SHARDS[1]), { ...tensors, [NORM]: integers })
    await expect(Checkpoint.open(folder)).rejects.toThrow(`The tensor ${NORM} is stored as I8, which cannot be read.`)
  })

  it('whose index leaves the folder is refused', async () => {
    await writeFile(join(folder, 'model.safetensors.index.json'), '{"weight_map":{"a":"../x.safetensors"}}')
    await expect(Checkpoint.open(folder)).rejects.toThrow('has no usable weight_map')
  })
})
