import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HilumError } from '../../shared/errors.ts'
import type { ModelConfig } from '../checkpoint/modelConfig.ts'
import { checkChatTemplate } from './chatTemplate.ts'
import { readImageSettings, type ImageSettings } from './imageSettings.ts'
import type { ReportTokenizer } from './tokenizer.ts'
import { readTokenizerFiles } from './tokenizerFiles.ts'

/**
 * A checkpoint's tokenizer. Its chat template, where it has one, is the one that Hilum writes prompts by.
 * @throws HilumError naming the file that is missing, damaged or not MAIRA-2's.
 */
export async function readTokenizer(folder: string): Promise<ReportTokenizer> {
  const { tokenizer, chatTemplate } = await readTokenizerFiles(folder)
  if (chatTemplate !== null) checkChatTemplate(chatTemplate)
  return tokenizer
}

/** How a checkpoint wants its films prepared, from preprocessor_config.json. */
export async function readImagePreparation(folder: string): Promise<ImageSettings> {
  const name = 'preprocessor_config.json'
  let json: unknown
  try {
    json = JSON.parse(await readFile(join(folder, name), 'utf8'))
  } catch (cause) {
    throw new HilumError('bad-input', `The checkpoint has no readable ${name}.`, {
      mend: 'Download the checkpoint again with all its files.',
      cause,
    })
  }
  return readImageSettings(json)
}

/** What does not fit together in a checkpoint whose files are each in order, each in one sentence. */
export function misfits(
  config: ModelConfig, tokenizer: ReportTokenizer | null, settings: ImageSettings | null,
): readonly HilumError[] {
  const differ = (what: string): HilumError =>
    new HilumError('bad-input', `The checkpoint's files do not belong together: ${what}.`, {
      mend: 'Download the checkpoint again with all its files.',
    })
  const { decoder, vision, imageTokenId } = config
  const faults: HilumError[] = []
  if (tokenizer !== null && tokenizer.vocabularySize > decoder.vocabSize) {
    faults.push(differ(`the tokenizer has ${tokenizer.vocabularySize} tokens, the model ${decoder.vocabSize}`))
  }
  if (tokenizer !== null && tokenizer.imageId !== imageTokenId) {
    faults.push(differ(`the image token is ${tokenizer.imageId} in the tokenizer and ${imageTokenId} in the model`))
  }
  if (settings !== null && settings.size !== vision.imageSize) {
    faults.push(differ(`films are prepared at ${settings.size} pixels, the model takes ${vision.imageSize}`))
  }
  return faults
}
