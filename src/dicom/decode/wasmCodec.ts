import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { HilumError } from '../../shared/errors.ts'
import type { CodedFrame } from './storedPixels.ts'

/** The decoders of @cornerstonejs that run here: C++ in WebAssembly, so a hostile stream cannot leave its memory. */
export type CodecName = 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k'

interface FrameInfo {
  readonly width: number
  readonly height: number
  readonly bitsPerSample: number
  readonly componentCount: number
  readonly isSigned: boolean
}
interface Decoder {
  getEncodedBuffer(length: number): Uint8Array
  decode(): void
  getFrameInfo(): FrameInfo
  getDecodedBuffer(): Uint8Array
  delete(): void
}
type CodecModule = Readonly<Record<string, new () => Decoder>>
/** What is used here of WebAssembly, which only the DOM's types describe. */
declare const WebAssembly: {
  readonly Instance: new (module: WasmModule, imports: object) => object
  compile(bytes: Uint8Array): Promise<WasmModule>
}
interface WasmModule {
  readonly wasm?: never
}
interface FactoryOptions {
  readonly instantiateWasm: (imports: object, done: (instance: object) => void) => object
  readonly print: () => void
  readonly printErr: () => void
}
type Factory = (options: FactoryOptions) => Promise<CodecModule>

const CODECS: Readonly<Record<CodecName, { script: string; wasm: string; decoder: string }>> = {
  'jpeg': {
    script: '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs',
    wasm: '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm',
    decoder: 'JPEGDecoder',
  },
  'jpeg-ls': {
    script: '@cornerstonejs/codec-charls/decodewasmjs',
    wasm: '@cornerstonejs/codec-charls/decodewasm',
    decoder: 'JpegLSDecoder',
  },
  'jpeg-2000': {
    script: '@cornerstonejs/codec-openjpeg/decodewasmjs',
    wasm: '@cornerstonejs/codec-openjpeg/decodewasm',
    decoder: 'J2KDecoder',
  },
  'htj2k': {
    script: '@cornerstonejs/codec-openjph/wasmjs',
    wasm: '@cornerstonejs/codec-openjph/wasm',
    decoder: 'HTJ2KDecoder',
  },
}

/** Not named `require`: a bundle has one of its own. */
const packages = createRequire(import.meta.url)
const loaded = new Map<CodecName, Promise<CodecModule>>()
/** Compiled once: a fresh instance after a failure then costs next to nothing. */
const compiled = new Map<CodecName, Promise<WasmModule>>()

/**
 * Decodes one image on this thread, which a hostile stream may hold for ever: only `codecWorker.ts` calls it. After any
 * failure the codec's instance is dropped, because its memory may be in disorder; the next call loads a fresh one.
 */
export async function wasmDecode(name: CodecName, data: Uint8Array): Promise<CodedFrame> {
  const module = await load(name)
  const Decoder = module[CODECS[name].decoder]
  if (Decoder === undefined) throw new HilumError('internal', `The ${name} codec has no decoder.`)
  try {
    const decoder = new Decoder()
    decoder.getEncodedBuffer(data.length).set(data)
    decoder.decode()
    const { width, height, bitsPerSample, componentCount, isSigned } = decoder.getFrameInfo()
    const bytes = decoder.getDecodedBuffer().slice()
    decoder.delete()
    const count = width * height * componentCount
    if (bytes.length < count * (bitsPerSample > 8 ? 2 : 1)) throw new Error(`only ${bytes.length} bytes came out`)
    const words = bitsPerSample <= 8 ? bytes.subarray(0, count)
      : isSigned ? new Int16Array(bytes.buffer, 0, count) : new Uint16Array(bytes.buffer, 0, count)
    return { justified: true, rows: height, columns: width, samples: componentCount, words }
  } catch (thrown) {
    loaded.delete(name)
    throw new HilumError('bad-input', `The compressed pixel data is damaged: the ${name} decoder stopped.`, {
      mend: 'Export or copy the file again.',
      cause: thrown,
    })
  }
}

function load(name: CodecName): Promise<CodecModule> {
  const kept = loaded.get(name)
  if (kept !== undefined) return kept
  const loading = instantiate(name)
  loaded.set(name, loading)
  loading.catch(() => loaded.delete(name))
  return loading
}

async function instantiate(name: CodecName): Promise<CodecModule> {
  const wasm = await compile(name)
  const before = new Set(process.listeners('uncaughtException'))
  const factory = packages(CODECS[name].script) as Factory
  const quiet = (): void => {}
  const module = await factory({
    instantiateWasm(imports, done) {
      done(new WebAssembly.Instance(wasm, imports))
      return {}
    },
    print: quiet,
    printErr: quiet,
  })
  // Emscripten's start-up code hooks the process's last resort and throws again; that belongs to the process alone.
  for (const listener of process.listeners('uncaughtException')) {
    if (!before.has(listener)) process.off('uncaughtException', listener)
  }
  return module
}

function compile(name: CodecName): Promise<WasmModule> {
  const kept = compiled.get(name)
  if (kept !== undefined) return kept
  const compiling = readFile(packages.resolve(CODECS[name].wasm)).then((bytes) => WebAssembly.compile(bytes))
  compiled.set(name, compiling)
  compiling.catch(() => compiled.delete(name))
  return compiling
}
