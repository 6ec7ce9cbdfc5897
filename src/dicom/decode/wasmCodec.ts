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
type Factory = (options: { wasmBinary: Uint8Array; print: () => void; printErr: () => void }) => Promise<CodecModule>

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

const require = createRequire(import.meta.url)
const loaded = new Map<CodecName, Promise<CodecModule>>()

/**
 * Decodes one image. The caller has checked the size that the stream declares against the caps. After any failure
 * the codec's instance is dropped, because its memory may be in disorder; the next call loads a fresh one.
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
  const { script, wasm } = CODECS[name]
  const before = new Set(process.listeners('uncaughtException'))
  const factory = require(script) as Factory
  const quiet = (): void => {}
  const module = await factory({ wasmBinary: await readFile(require.resolve(wasm)), print: quiet, printErr: quiet })
  // Emscripten's start-up code hooks the process's last resort and throws again; that belongs to the process alone.
  for (const listener of process.listeners('uncaughtException')) {
    if (!before.has(listener)) process.off('uncaughtException', listener)
  }
  return module
}
