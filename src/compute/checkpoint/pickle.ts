import { HilumError } from '../../shared/errors.ts'
import { PickleReader } from './pickleReader.ts'

/** What a pickle may hold here: plain values, and what allowed names make. */
export type PickleValue =
  | null | boolean | number | string | PickleTuple | PickleList | PickleDict | PickleName | PickleObject

export class PickleTuple {
  readonly items: readonly PickleValue[]
  constructor(items: readonly PickleValue[]) {
    this.items = items
  }
}
export class PickleList {
  readonly items: PickleValue[] = []
}
export class PickleDict {
  readonly entries = new Map<PickleValue, PickleValue>()
}
/** What an allowed call made. */
export class PickleObject {
  readonly value: unknown
  constructor(value: unknown) {
    this.value = value
  }
}
/** A name that a pickle may mention, and what calling it makes; one without `call` may only be mentioned. */
export class PickleName {
  readonly name: string
  readonly call: ((args: readonly PickleValue[]) => PickleValue) | null
  constructor(name: string, call: PickleName['call'] = null) {
    this.name = name
    this.call = call
  }
}

/** What a pickle is read against. */
export interface PickleHost {
  /** The allowed names, by "module name". Any other is refused. */
  readonly names: ReadonlyMap<string, PickleName>
  /** The object behind a persistent id (torch: a storage). */
  readonly persistent: (id: PickleValue) => PickleValue
}

/** Caps. A dictionary's pickle has about 200 steps, a depth of 3 and less than 2 KB. */
export const PICKLE_CAPS = { bytes: 4 * 2 ** 20, steps: 200_000, stack: 20_000, memo: 50_000, depth: 24 } as const

/**
 * Reads a pickle without running anything: a stack machine that knows the instructions for plain values (of the
 * protocols 2 to 5), looks names up in a list and calls nothing but the functions of that list, which are ours. Every
 * other instruction, name or call is refused, as is whatever exceeds the caps (source: Python's pickletools).
 *
 * @throws HilumError `bad-input` or `limit`, in one sentence.
 */
export function readPickle(bytes: Uint8Array, host: PickleHost): PickleValue {
  if (bytes.length > PICKLE_CAPS.bytes) throw tooMuch(`it is longer than ${PICKLE_CAPS.bytes} bytes`)
  return new Machine(bytes, host).run()
}

const MARK = Symbol('mark')
type Slot = PickleValue | typeof MARK

class Machine {
  readonly #in: PickleReader
  readonly #host: PickleHost
  readonly #stack: Slot[] = []
  readonly #memo = new Map<number, PickleValue>()
  /** Levels of containers below a container, itself included. */
  readonly #depths = new WeakMap<object, number>()

  constructor(bytes: Uint8Array, host: PickleHost) {
    this.#in = new PickleReader(bytes)
    this.#host = host
  }

  run(): PickleValue {
    for (let step = 0; step < PICKLE_CAPS.steps; step++) {
      const code = this.#in.byte()
      if (code === 0x2e) return this.#pop() // STOP
      const instruction = INSTRUCTIONS.get(code)
      if (instruction === undefined) throw refused(code)
      instruction(this)
      if (this.#stack.length > PICKLE_CAPS.stack) throw tooMuch(`it stacks more than ${PICKLE_CAPS.stack} values`)
    }
    throw tooMuch(`it has more than ${PICKLE_CAPS.steps} instructions`)
  }

  get in(): PickleReader {
    return this.#in
  }

  push(value: Slot): void {
    this.#stack.push(value)
  }

  mark(): void {
    this.#stack.push(MARK)
  }

  pop(): PickleValue {
    return this.#pop()
  }

  /** What lies above the last mark, which goes too. */
  popToMark(): PickleValue[] {
    const at = this.#stack.lastIndexOf(MARK)
    if (at < 0) throw damaged()
    const items = this.#stack.splice(at) as PickleValue[]
    return items.slice(1)
  }

  tuple(items: readonly PickleValue[]): void {
    const made = new PickleTuple(items)
    this.#nest(made, items)
    this.push(made)
  }

  popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.#pop()).reverse()
  }

  append(items: readonly PickleValue[]): void {
    const list = this.#top()
    if (!(list instanceof PickleList)) throw damaged()
    this.#nest(list, items)
    for (const item of items) list.items.push(item)
  }

  setItems(pairs: readonly PickleValue[]): void {
    const dict = this.#top()
    if (!(dict instanceof PickleDict) || pairs.length % 2 !== 0) throw damaged()
    this.#nest(dict, pairs)
    for (let i = 0; i < pairs.length; i += 2) dict.entries.set(pairs[i] as PickleValue, pairs[i + 1] as PickleValue)
  }

  /** A dict's own attributes (PyTorch keeps version numbers there): nothing we need. */
  build(): void {
    this.#pop()
    if (!(this.#top() instanceof PickleDict)) throw bad('it sets the attributes of an object')
  }

  name(module: string, name: string): void {
    const found = this.#host.names.get(`${module} ${name}`)
    if (found === undefined) {
      throw bad(`it asks for ${printable(`${module}.${name}`)}, which is not a part of weights`)
    }
    this.push(found)
  }

  reduce(): void {
    const [callee, args] = this.popMany(2)
    if (!(callee instanceof PickleName) || callee.call === null) throw bad('it calls something that is no function of weights')
    if (!(args instanceof PickleTuple)) throw damaged()
    this.push(callee.call(args.items))
  }

  persistent(): void {
    this.push(this.#host.persistent(this.#pop()))
  }

  remember(key: number): void {
    if (this.#memo.size >= PICKLE_CAPS.memo) throw tooMuch(`it remembers more than ${PICKLE_CAPS.memo} values`)
    this.#memo.set(key, this.#top())
  }

  rememberNext(): void {
    this.remember(this.#memo.size)
  }

  recall(key: number): void {
    const value = this.#memo.get(key)
    if (value === undefined) throw damaged()
    this.push(value)
  }

  #top(): PickleValue {
    const top = this.#stack.at(-1)
    if (top === undefined || top === MARK) throw damaged()
    return top
  }

  #pop(): PickleValue {
    const value = this.#top()
    this.#stack.pop()
    return value
  }

  #nest(container: object, items: readonly PickleValue[]): void {
    let depth = this.#depths.get(container) ?? 1
    for (const item of items) {
      if (item !== null && typeof item === 'object') depth = Math.max(depth, 1 + (this.#depths.get(item) ?? 0))
    }
    if (depth > PICKLE_CAPS.depth) throw tooMuch(`it nests values more than ${PICKLE_CAPS.depth} levels deep`)
    this.#depths.set(container, depth)
  }
}

/** The allowed instructions. What is not here is refused. */
const INSTRUCTIONS: ReadonlyMap<number, (machine: Machine) => void> = new Map<number, (machine: Machine) => void>([
  [0x80, (m) => checkProtocol(m.in.byte())], // PROTO
  [0x95, (m) => void m.in.long(8)], // FRAME
  [0x28, (m) => m.mark()],
  [0x30, (m) => void m.pop()],
  [0x4e, (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  [0x4a, (m) => m.push(m.in.int32())], // BININT
  [0x4b, (m) => m.push(m.in.byte())], // BININT1
  [0x4d, (m) => m.push(m.in.long(2))], // BININT2
  [0x8a, (m) => m.push(m.in.signed(m.in.byte()))], // LONG1
  [0x47, (m) => m.push(m.in.float64())], // BINFLOAT
  [0x58, (m) => m.push(m.in.text(m.in.long(4)))], // BINUNICODE
  [0x8c, (m) => m.push(m.in.text(m.in.byte()))], // SHORT_BINUNICODE
  [0x29, (m) => m.tuple([])],
  [0x85, (m) => m.tuple(m.popMany(1))],
  [0x86, (m) => m.tuple(m.popMany(2))],
  [0x87, (m) => m.tuple(m.popMany(3))],
  [0x74, (m) => m.tuple(m.popToMark())],
  [0x5d, (m) => m.push(new PickleList())],
  [0x61, (m) => m.append(m.popMany(1))], // APPEND
  [0x65, (m) => m.append(m.popToMark())], // APPENDS
  [0x7d, (m) => m.push(new PickleDict())],
  [0x73, (m) => m.setItems(m.popMany(2))], // SETITEM
  [0x75, (m) => m.setItems(m.popToMark())], // SETITEMS
  [0x62, (m) => m.build()],
  [0x63, (m) => m.name(m.in.line(), m.in.line())], // GLOBAL
  [0x93, (m) => nameFromStack(m)], // STACK_GLOBAL
  [0x52, (m) => m.reduce()],
  [0x51, (m) => m.persistent()], // BINPERSID
  [0x71, (m) => m.remember(m.in.byte())], // BINPUT
  [0x72, (m) => m.remember(m.in.long(4))], // LONG_BINPUT
  [0x94, (m) => m.rememberNext()], // MEMOIZE
  [0x68, (m) => m.recall(m.in.byte())], // BINGET
  [0x6a, (m) => m.recall(m.in.long(4))], // LONG_BINGET
])

/** Instructions that make objects of a class, or run something, by the names Python gives them. */
const FORBIDDEN: ReadonlyMap<number, string> = new Map([
  [0x69, 'INST'], [0x6f, 'OBJ'], [0x81, 'NEWOBJ'], [0x92, 'NEWOBJ_EX'], [0x82, 'EXT1'], [0x83, 'EXT2'], [0x84, 'EXT4'],
  [0x50, 'PERSID'],
])

function checkProtocol(version: number): void {
  if (version < 2 || version > 5) throw bad(`it is written in pickle protocol ${version}, which PyTorch does not use`)
}

function nameFromStack(m: Machine): void {
  const [module, name] = m.popMany(2)
  if (typeof module !== 'string' || typeof name !== 'string') throw damaged()
  m.name(module, name)
}

function refused(code: number): HilumError {
  const known = FORBIDDEN.get(code)
  if (known !== undefined) return bad(`it makes an object of a class (${known})`)
  return bad(`it holds the instruction 0x${code.toString(16).padStart(2, '0')}, which weights do not need`)
}

/** Names from a hostile file go into a sentence: one line, short, no control characters. */
function printable(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]/g, '?')
  return plain.length > 80 ? `${plain.slice(0, 80)}…` : plain
}

const MEND = 'Hilum reads weights and runs nothing from a file: save the state_dict alone, or as safetensors.'

function bad(why: string): HilumError {
  return new HilumError('bad-input', `The weights file is refused: ${why}.`, { mend: MEND })
}

function tooMuch(why: string): HilumError {
  return new HilumError('limit', `The weights file is refused: ${why}.`, { mend: MEND })
}

function damaged(): HilumError {
  return bad('its list of tensors is damaged')
}
