import { HilumError } from '../../shared/errors.ts'
import { PickleDict, PickleName, PickleObject, PickleTuple, type PickleValue } from './pickle.ts'
import type { TensorInfo } from './tensorFile.ts'

/** Where a tensor's values lie: the part "data/KEY" of the archive. */
export interface TorchStorage {
  readonly key: string
  readonly dtype: string
  readonly elements: number
}

/** A tensor of a PyTorch file; strides and offset count elements of its storage. */
export interface TorchTensor extends TensorInfo {
  readonly storage: TorchStorage
  readonly offset: number
  readonly strides: readonly number[]
}

/** PyTorch's storage classes and the element types of safetensors that they hold. */
const STORAGES: Readonly<Record<string, string>> = {
  FloatStorage: 'F32', HalfStorage: 'F16', BFloat16Storage: 'BF16', DoubleStorage: 'F64', LongStorage: 'I64',
  IntStorage: 'I32', ShortStorage: 'I16', CharStorage: 'I8', ByteStorage: 'U8', BoolStorage: 'BOOL',
}
const MAX_DIMENSIONS = 8

/** The names a state_dict needs. All that is called is in this file. */
export function torchNames(): ReadonlyMap<string, PickleName> {
  const names = new Map<string, PickleName>()
  for (const storage of Object.keys(STORAGES)) names.set(`torch ${storage}`, new PickleName(storage))
  names.set('collections OrderedDict', new PickleName('OrderedDict', orderedDict))
  names.set('torch._utils _rebuild_tensor_v2', new PickleName('_rebuild_tensor_v2', rebuildTensor))
  names.set('torch._utils _rebuild_parameter', new PickleName('_rebuild_parameter', ([data]) => tensorIn(data)))
  return names
}

/** A persistent id: ('storage', class, key, device, elements). */
export function torchStorage(id: PickleValue): PickleValue {
  const [kind, type, key, , elements] = id instanceof PickleTuple ? id.items : []
  const dtype = type instanceof PickleName ? STORAGES[type.name] : undefined
  const named = typeof key === 'string' && /^[\w.-]{1,64}$/.test(key)
  if (kind !== 'storage' || dtype === undefined || !named || !isCount(elements)) throw damaged()
  return new PickleObject({ key: `data/${key}`, dtype, elements } satisfies TorchStorage)
}

/** An OrderedDict is pickled empty and filled afterwards. */
function orderedDict(args: readonly PickleValue[]): PickleValue {
  if (args.length > 0) throw damaged()
  return new PickleDict()
}

/** (storage, offset, size, stride, requires_grad, hooks, …) */
function rebuildTensor([held, offset, size, stride]: readonly PickleValue[]): PickleValue {
  const storage = held instanceof PickleObject ? (held.value as Partial<TorchStorage>) : {}
  const shape = countsOf(size)
  const strides = countsOf(stride)
  const isStorage = storage.key !== undefined && !('storage' in storage)
  if (!isStorage || !isCount(offset) || shape.length !== strides.length) throw damaged()
  const { dtype } = storage as TorchStorage
  return new PickleObject({ storage: storage as TorchStorage, dtype, offset, shape, strides } satisfies TorchTensor)
}

function tensorIn(value: PickleValue | undefined): PickleValue {
  if (value instanceof PickleObject && 'storage' in (value.value as object)) return value
  throw damaged()
}

function countsOf(value: PickleValue | undefined): readonly number[] {
  const items = value instanceof PickleTuple ? value.items : null
  if (items === null || items.length > MAX_DIMENSIONS || !items.every(isCount)) throw damaged()
  return items
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function damaged(): HilumError {
  return new HilumError('bad-input', 'The weights file is refused: it describes a tensor in a way PyTorch does not.', {
    mend: 'Copy or download it again, or save it as safetensors.',
  })
}
