import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SafetensorsFile } from '../../../../src/compute/checkpoint/safetensorsFile.ts'
import { encodeSafetensors, floats } from '../../../integration/compute/support/safetensors.ts'

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'hilum-safetensors-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

async function open(bytes: Uint8Array): Promise<SafetensorsFile> {
  const path = join(folder, 'weights.safetensors')
  await writeFile(path, bytes)
  return SafetensorsFile.open(path)
}

/** A file whose header says what it likes. */
function withHeader(header: unknown, data = 0): Uint8Array {
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.byteLength))
  return Buffer.concat([length, text, Buffer.alloc(data)])
}

describe('a safetensors file', () => {
  const good = encodeSafetensors({ a: floats([2, 1], [1, 2]), b: floats([3], [3, 4, 5]), empty: floats([0], []) })

  it('tells its tensors and reads one at a time', async () => {
    const file = await open(good)
    expect([...file.tensors.keys()]).toEqual(['a', 'b', 'empty'])
    expect(file.tensors.get('b')).toMatchObject({ dtype: 'F32', shape: [3], length: 12 })
    expect([...new Float32Array((await file.read('b')).buffer)]).toEqual([3, 4, 5])
    await file.close()
  })

  it.each([
    ['nothing in it', new Uint8Array(3), 'The weights file weights.safetensors is empty or cut short.'],
    ['half a header', good.subarray(0, 40), 'The weights file weights.safetensors is cut short inside its header.'],
    ['not all its data', good.subarray(0, good.length - 1),
      'The weights file weights.safetensors is cut short: the tensor b is not all there.'],
    ['another format', Buffer.from('PK\u0003\u0004 a zip file'), 'The weights file weights.safetensors is not a safetensors file.'],
    ['a header that is no object', withHeader([1]), 'The weights file weights.safetensors is not a safetensors file.'],
    ['a size that contradicts the shape', withHeader({ t: { dtype: 'F16', shape: [4], data_offsets: [0, 4] } }, 4),
      'The weights file weights.safetensors gives the tensor t (F16) a size that does not fit its shape.'],
    ['negative offsets', withHeader({ t: { dtype: 'F16', shape: [1], data_offsets: [-2, 0] } }, 4),
      'The weights file weights.safetensors describes the tensor t in a way the format does not allow.'],
  ])('with %s is refused in one sentence', async (_name, bytes, message) => {
    await expect(open(bytes)).rejects.toMatchObject({ name: 'HilumError', kind: 'bad-input', message })
  })

  it('that is not there is named', async () => {
    await expect(SafetensorsFile.open(join(folder, 'gone.safetensors'))).rejects.toMatchObject({
      kind: 'not-found', message: 'The weights file gone.safetensors cannot be opened.',
    })
  })
})
