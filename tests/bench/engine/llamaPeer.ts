import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * The version that is measured against. It is fetched for the benchmark alone, from the npm registry, without the
 * binaries of other machines (all of them are 700 MB).
 */
const VERSION = '3.22.1'
const BINARIES: Readonly<Record<string, string>> = {
  'linux x64': 'linux-x64', 'linux arm64': 'linux-arm64', 'darwin arm64': 'mac-arm64-metal', 'win32 x64': 'win-x64',
}

export interface LlamaSetting {
  readonly batchSize: number
  readonly flashAttention: boolean
  readonly threads: number
}

/** What the benchmark uses of node-llama-cpp. */
interface NodeLlamaCpp {
  getLlama(options: object): Promise<{ loadModel(options: object): Promise<Model>; dispose(): Promise<void> }>
  readonly LlamaLogLevel: { readonly error: string }
}
interface Model {
  createContext(options: object): Promise<Context>
  dispose(): Promise<void>
}
interface Context {
  getSequence(): Sequence
  dispose(): Promise<void>
}
interface Sequence {
  clearHistory(): Promise<void>
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>
  evaluate(tokens: readonly number[], options: object): AsyncGenerator<number>
}

/** node-llama-cpp on the CPU; null, with the reason said, where it cannot be had. */
export async function openLlama(
  folder: string, gguf: string, contextSize: number, say: (text: string) => void,
): Promise<LlamaPeer | null> {
  try {
    const entry = join(folder, 'node_modules/node-llama-cpp/dist/index.js')
    if (!existsSync(entry)) {
      say('Fetching node-llama-cpp')
      install(folder)
    }
    const { getLlama, LlamaLogLevel } = await import(pathToFileURL(entry).href) as NodeLlamaCpp
    const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: LlamaLogLevel.error })
    const model = await llama.loadModel({ modelPath: gguf, gpuLayers: 0 })
    return new LlamaPeer(model, contextSize, async () => {
      await model.dispose()
      await llama.dispose()
    })
  } catch (error) {
    say(`node-llama-cpp is not measured: ${String(error).split('\n')[0] ?? ''}`)
    return null
  }
}

function install(folder: string): void {
  const binary = BINARIES[`${process.platform} ${process.arch}`]
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const binaries = binary === undefined ? [] : [`@node-llama-cpp/${binary}@${VERSION}`]
  const packages = [`node-llama-cpp@${VERSION}`, ...binaries]
  execFileSync('npm', ['install', ...packages, '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder, stdio: 'ignore', shell: process.platform === 'win32',
  })
}

export class LlamaPeer {
  readonly #model: Model
  readonly #contextSize: number
  readonly #close: () => Promise<void>
  #context: Context | null = null
  #sequence: Sequence | null = null

  constructor(model: Model, contextSize: number, close: () => Promise<void>) {
    this.#model = model
    this.#contextSize = contextSize
    this.#close = close
  }

  async use({ batchSize, flashAttention, threads }: LlamaSetting): Promise<void> {
    await this.#context?.dispose()
    this.#context = await this.#model.createContext({
      contextSize: this.#contextSize, batchSize, flashAttention, sequences: 1,
      threads: { ideal: threads, min: threads },
    })
    this.#sequence = this.#context.getSequence()
  }

  /** Reads a prompt and writes greedily: milliseconds of either and the ids. */
  async run(prompt: readonly number[], count: number) {
    const sequence = this.#sequence
    if (sequence === null) throw new Error('No context is open.')
    await sequence.clearHistory()
    const started = performance.now()
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1))
    const prefilled = performance.now()
    const ids: number[] = []
    for await (const id of sequence.evaluate(prompt.slice(-1), { temperature: 0, yieldEogToken: true })) {
      ids.push(id)
      if (ids.length === count) break
    }
    return { prefillMs: prefilled - started, decodeMs: performance.now() - prefilled, ids }
  }

  async dispose(): Promise<void> {
    await this.#context?.dispose()
    await this.#close()
  }
}
