import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HilumError } from '../../shared/errors.ts'
import { ReportTokenizer } from './tokenizer.ts'

/** A checkpoint's tokenizer and, where it has one, its chat template (Jinja). */
export interface TokenizerFiles {
  readonly tokenizer: ReportTokenizer
  readonly chatTemplate: string | null
}

/**
 * Reads tokenizer.json, tokenizer_config.json and the chat template from a checkpoint folder. The template may stand in
 * a file of its own (newer checkpoints), in the processor's chat_template.json, or in the tokenizer's configuration.
 *
 * @throws HilumError not-found for a missing file, bad-input for one that is not JSON, unsupported for another layout.
 */
export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const config = await readJson(folder, 'tokenizer_config.json')
  const tokenizer = new ReportTokenizer(await readJson(folder, 'tokenizer.json'), config)
  const chatTemplate =
    (await readText(folder, 'chat_template.jinja')) ??
    templateOf(await readJson(folder, 'chat_template.json', null)) ??
    templateOf(await readJson(folder, 'processor_config.json', null)) ??
    templateOf(config)
  return { tokenizer, chatTemplate }
}

function templateOf(config: unknown): string | null {
  if (typeof config !== 'object' || config === null || !('chat_template' in config)) return null
  return typeof config.chat_template === 'string' ? config.chat_template : null
}

async function readJson(folder: string, name: string, missing?: null): Promise<unknown> {
  const text = await readText(folder, name)
  if (text === null) {
    if (missing === null) return null
    throw new HilumError('not-found', `The checkpoint has no ${name}.`, {
      mend: 'Download the checkpoint again with all its files.',
    })
  }
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new HilumError('bad-input', `${name} of the checkpoint is not valid JSON.`, {
      mend: 'Download the file again.',
      cause,
    })
  }
}

async function readText(folder: string, name: string): Promise<string | null> {
  try {
    return await readFile(join(folder, name), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
