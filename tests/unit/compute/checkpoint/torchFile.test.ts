import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PICKLE_CAPS } from '../../../../src/compute/checkpoint/pickle.ts'
import { TorchFile } from '../../../../src/compute/checkpoint/torchFile.ts'
import { HilumError } from '../../../../src/shared/errors.ts'
import { oneTensor, PickleWriter, torchArchive, type TensorClaims } from '../../../fixtures/torch.ts'
import { temporaryFolder } from '../../../integration/compute/support/engineFixture.ts'

/** Written by PyTorch; see training/oracle/dictionaries.py. */
const TORCH = fileURLToPath(new URL('../../../golden/dictionaries/torch', import.meta.url))
const VIEWS = JSON.parse(readFileSync(join(TORCH, 'views.json'), 'utf8')) as
  Record<string, { shape: number[]; values: number[] }>

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => void (folder = await temporaryFolder()))
afterAll(() => folder.dispose())

/** What opening a file of these bytes says: 'accepted', or kind and sentence. */
async function told(bytes: Uint8Array, name = 'ae.pt'): Promise<string> {
  const path = join(folder.path, name)
  await writeFile(path, bytes)
  return sentenceOf(path)
}

async function sentenceOf(path: string): Promise<string> {
  try {
    await (await TorchFile.open(path)).close()
    return 'accepted'
  } catch (error) {
    if (!(error instanceof HilumError)) throw error
    expect(error.message).toMatch(/^[A-Z][^\n]{10,240}\.$/)
    return `${error.kind}: ${error.message}`
  }
}

async function valuesOf(file: TorchFile, name: string): Promise<number[]> {
  const { dtype } = file.tensors.get(name)!
  const { buffer } = await file.read(name)
  if (dtype === 'I64') return Array.from(new BigInt64Array(buffer), Number)
  return [...(dtype === 'I32' ? new Int32Array(buffer) : new Float32Array(buffer))]
}

describe('a weights file of PyTorch', () => {
  it.each(['views.pt', 'protocol4.pt'])('gives the values of every tensor, however it lies in memory (%s)', async (name) => {
    const file = await TorchFile.open(join(TORCH, name))
    expect([...file.tensors.keys()]).toEqual(Object.keys(VIEWS))
    for (const [tensor, { shape, values }] of Object.entries(VIEWS)) {
      expect([tensor, file.tensors.get(tensor)?.shape, await valuesOf(file, tensor)]).toEqual([tensor, shape, values])
    }
    await file.close()
  })

  it('is found under state_dict in what a training script keeps', async () => {
    const file = await TorchFile.open(join(TORCH, 'nested.pt'))
    expect([...file.tensors.keys()]).toEqual(['a'])
    expect(await valuesOf(file, 'a')).toEqual(Array.from({ length: 24 }, (_, i) => i))
    await file.close()
  })

  it.each([
    ['before-1.6.pt', 'unsupported: The weights file before-1.6.pt is in the format PyTorch wrote before 1.6, which Hilum does not read.'],
    ['module.pt', 'bad-input: The weights file is refused: it asks for dictionary_learning.trainers.matryoshka_batch_top_k.MatryoshkaBatchTopKSAE, which is not a part of weights.'],
    ['bare.pt', 'bad-input: The weights file bare.pt holds no state_dict: tensors by name.'],
    ['script.pt', 'unsupported: The file script.pt is a program (TorchScript), not weights: it is not run.'],
    ['expanded.pt', 'bad-input: The weights file expanded.pt is refused: the tensor a claims more values than there are.'],
    ['views.json', 'unsupported: The weights file views.json is not one that PyTorch wrote.'],
    ['none.pt', 'not-found: The weights file none.pt cannot be opened.'],
  ])('%s is refused with its reason', async (name, sentence) => {
    expect(await sentenceOf(join(TORCH, name))).toBe(sentence)
  })
})

describe('a hostile pickle is refused and nothing of it runs', () => {
  const reduce = (module: string, name: string, ...args: string[]): PickleWriter => {
    const pickle = new PickleWriter().name(module, name).mark()
    for (const arg of args) pickle.text(arg)
    return pickle.tuple().reduce()
  }
  const asksFor = (what: string): string =>
    `bad-input: The weights file is refused: it asks for ${what}, which is not a part of weights.`

  it.each<[string, PickleWriter, string]>([
    ['os.system', reduce('os', 'system', 'touch /tmp/hilum'), asksFor('os.system')],
    ['posix.system', reduce('posix', 'system', 'id'), asksFor('posix.system')],
    ['eval', reduce('builtins', 'eval', '1'), asksFor('builtins.eval')],
    ['exec of Python 2', reduce('__builtin__', 'exec', '1'), asksFor('__builtin__.exec')],
    ['a subprocess', reduce('subprocess', 'Popen', 'id'), asksFor('subprocess.Popen')],
    ['getattr', reduce('builtins', 'getattr', 'a', 'b'), asksFor('builtins.getattr')],
    ['torch.load again', reduce('torch', 'load', 'x'), asksFor('torch.load')],
    ['a name on the stack', new PickleWriter(4).text('os').text('system').raw(0x93), asksFor('os.system')],
    ['a name that is not printable', reduce('o\x07s', 'system\x1b[31m'), asksFor('o?s.system?[31m')],
    ['calling a storage class', reduce('torch', 'FloatStorage', '9'),
      'bad-input: The weights file is refused: it calls something that is no function of weights.'],
    ['calling what a call made', reduce('collections', 'OrderedDict').raw(0x29).reduce(),
      'bad-input: The weights file is refused: it calls something that is no function of weights.'],
    ['an OrderedDict of something', reduce('collections', 'OrderedDict', 'x'),
      'bad-input: The weights file is refused: it describes a tensor in a way PyTorch does not.'],
    ['a call inside a call', new PickleWriter().name('torch._utils', '_rebuild_parameter').mark()
      .name('os', 'system').mark().text('id').tuple().reduce().tuple().reduce(), asksFor('os.system')],
    ['a parameter of a storage', new PickleWriter().name('torch._utils', '_rebuild_parameter').mark().mark()
      .text('storage').name('torch', 'FloatStorage').text('0').text('cpu').integer(4).tuple().ascii('Q').tuple().reduce(),
    'bad-input: The weights file is refused: it describes a tensor in a way PyTorch does not.'],
    ['NEWOBJ', new PickleWriter().name('collections', 'OrderedDict').ascii(')').raw(0x81),
      'bad-input: The weights file is refused: it makes an object of a class (NEWOBJ).'],
    ['INST', new PickleWriter().mark().ascii('ios\nsystem\n'), 'bad-input: The weights file is refused: it makes an object of a class (INST).'],
    ['OBJ', new PickleWriter().mark().ascii('o'), 'bad-input: The weights file is refused: it makes an object of a class (OBJ).'],
    ['an extension', new PickleWriter().raw(0x82, 1), 'bad-input: The weights file is refused: it makes an object of a class (EXT1).'],
    ['bytes', new PickleWriter().raw(0x42, 1, 0, 0, 0, 7),
      'bad-input: The weights file is refused: it holds the instruction 0x42, which weights do not need.'],
    ['attributes on a tuple', new PickleWriter().ascii(')}b'), 'bad-input: The weights file is refused: it sets the attributes of an object.'],
    ['protocol 0', new PickleWriter(0), 'bad-input: The weights file is refused: it is written in pickle protocol 0, which PyTorch does not use.'],
    ['an empty stack', new PickleWriter(), 'bad-input: The weights file is refused: its list of tensors is damaged.'],
    ['a memory that is empty', new PickleWriter().raw(0x68, 3), 'bad-input: The weights file is refused: its list of tensors is damaged.'],
    ['a tuple without its mark', new PickleWriter().tuple(), 'bad-input: The weights file is refused: its list of tensors is damaged.'],
    ['pairs that are odd', new PickleWriter().ascii('}(').text('a').ascii('u'), 'bad-input: The weights file is refused: its list of tensors is damaged.'],
    ['a text longer than the file', new PickleWriter().raw(0x58, 0xff, 0xff, 0xff, 0x7f),
      'bad-input: The weights file is refused: its list of tensors ends in the middle.'],
    ['a number of 255 bytes', new PickleWriter().raw(0x8a, 255), 'bad-input: The weights file is refused: its list of tensors holds a number of more than 64 bits.'],
    ['a number beyond what is exact', new PickleWriter().raw(0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0x40),
      'bad-input: The weights file is refused: its list of tensors holds a number that is out of range.'],
    ['a name without an end', new PickleWriter().ascii(`c${'x'.repeat(2000)}`), 'bad-input: The weights file is refused: its list of tensors is damaged.'],
    ['a storage of another file', new PickleWriter().mark().text('storage').name('torch', 'FloatStorage').text('../../etc/passwd')
      .text('cpu').integer(4).tuple().ascii('Q'), 'bad-input: The weights file is refused: it describes a tensor in a way PyTorch does not.'],
  ])('%s', async (_what, pickle, sentence) => {
    expect(await told(torchArchive(pickle.end()))).toBe(sentence)
  })

  it('a bomb that doubles what it remembers', async () => {
    const bomb = new PickleWriter().ascii(')').raw(0x71, 0)
    for (let i = 0; i < 60; i++) bomb.raw(0x68, i, 0x68, i, 0x86, 0x71, i + 1) // (x, x) remembered as the next
    expect(await told(torchArchive(bomb.end()))).toBe(
      `limit: The weights file is refused: it nests values more than ${PICKLE_CAPS.depth} levels deep.`)
  })

  it('a list inside itself', async () => {
    const loop = new PickleWriter().ascii(']').raw(0x71, 0)
    for (let i = 0; i < 40; i++) loop.raw(0x68, 0).ascii('a')
    expect(await told(torchArchive(loop.end()))).toMatch(/^limit: The weights file is refused: it nests values/)
  })

  it.each<[string, () => Uint8Array, string]>([
    ['instructions without end', () => new PickleWriter().ascii('N0'.repeat(PICKLE_CAPS.steps / 2)).end(), 'instructions'],
    ['a stack without end', () => new PickleWriter().ascii('('.repeat(PICKLE_CAPS.stack + 10)).end(), 'stacks more than'],
    ['a memory without end', () => new PickleWriter(4).ascii(`)${'\x94'.repeat(PICKLE_CAPS.memo + 10)}`).end(), 'remembers more than'],
    ['a list longer than its cap', () => new Uint8Array(PICKLE_CAPS.bytes + 1), 'longer than'],
  ])('%s', async (_what, pickle, words) => {
    expect(await told(torchArchive(pickle()))).toMatch(new RegExp(`^limit: .*${words}`))
  })
})

describe('a tensor that claims what is not there is refused', () => {
  it('and one that does not is accepted', async () => {
    expect(await told(torchArchive(oneTensor()))).toBe('accepted')
    expect(await told(torchArchive(oneTensor({ shape: [2, 2], strides: [1, 2] })))).toBe('accepted')
  })

  it.each<[string, TensorClaims, string]>([
    ['a storage that is missing', { key: '7' }, 'is not in the archive'],
    ['more elements than its storage has', { elements: 1e12, shape: [1] }, 'is cut short'],
    ['a huge shape', { shape: [2 ** 40, 2 ** 40], strides: [0, 0] }, 'claims more values than there are'],
    ['a shape whose size overflows', { shape: new Array<number>(8).fill(2 ** 52), strides: new Array<number>(8).fill(0) }, 'claims more values'],
    ['strides that leave the storage', { shape: [4], strides: [2] }, 'reaches beyond its values'],
    ['an offset that leaves it', { shape: [1], offset: 4 }, 'reaches beyond its values'],
  ])('%s', async (_what, claims, words) => {
    expect(await told(torchArchive(oneTensor(claims)))).toMatch(new RegExp(`^bad-input: .* the tensor w ${words}`))
  })

  it.each<[string, TensorClaims]>([
    ['negative sizes', { shape: [-4] }],
    ['a negative offset', { offset: -1 }],
    ['more strides than sizes', { strides: [1, 1] }],
    ['nine dimensions', { shape: new Array<number>(9).fill(1), strides: new Array<number>(9).fill(1) }],
  ])('%s', async (_what, claims) => {
    expect(await told(torchArchive(oneTensor(claims)))).toBe(
      'bad-input: The weights file is refused: it describes a tensor in a way PyTorch does not.')
  })
})

describe('an archive that PyTorch did not write is refused', () => {
  const good = oneTensor()

  it.each<[string, () => Uint8Array, RegExp]>([
    ['compressed', () => torchArchive(good, {}, 6), /was packed again with compression/],
    ['without a list of tensors', () => zipSync({ 'ae/data/0': new Uint8Array(16) }, { level: 0 }), /it has no data\.pkl/],
    ['of a big-endian machine', () => torchArchive(good, { 'ae/byteorder': Buffer.from('big') }), /big-endian/],
    ['cut short', () => torchArchive(good).subarray(0, 200), /its directory is missing/],
    ['empty', () => new Uint8Array(0), /is not one that PyTorch wrote/],
  ])('%s', async (_what, bytes, sentence) => {
    expect(await told(bytes())).toMatch(sentence)
  })

  it('whatever byte of it is changed: a sentence, never a crash', async () => {
    const whole = torchArchive(good)
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.slice()
      changed[at] = (changed[at] as number) ^ (1 << at % 8)
      await told(changed)
    }
  })
})
