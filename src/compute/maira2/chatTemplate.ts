import { createHash } from 'node:crypto'
import { Template } from '@huggingface/jinja'
import { HilumError } from '../../shared/errors.ts'
import { userTurn, type PromptItem } from './prompt.ts'

/** What stands for a film in the text of a prompt and in the tokenizer's vocabulary. */
export const IMAGE_TOKEN = '<image>'

const SYSTEM = 'You are an expert radiology assistant tasked with interpreting a chest X-ray study.  '

/** The whole prompt around a user's turn: system sentence, the turn, and the opening of the assistant's answer. */
export function chatPrompt(turn: readonly PromptItem[]): readonly PromptItem[] {
  return [{ kind: 'text', text: `${SYSTEM}USER:  ` }, ...turn, { kind: 'text', text: '  ASSISTANT: ' }]
}

/** The prompt as text, `<image>` for each film. For people and hashes: the tokenizer takes the items themselves. */
export function promptText(prompt: readonly PromptItem[]): string {
  return prompt.map((item) => (item.kind === 'text' ? item.text : IMAGE_TOKEN)).join('')
}

/** SHA-256 of the prompt's text before its films are expanded, lower-case hex. */
export function promptHash(prompt: readonly PromptItem[]): string {
  return createHash('sha256').update(promptText(prompt), 'utf8').digest('hex')
}

/** The same prompt rendered by a checkpoint's own chat template (Jinja). */
export function renderChatTemplate(template: string, turn: readonly PromptItem[]): string {
  const content = turn.map((item) =>
    item.kind === 'text' ? { type: 'text', text: item.text, index: null } : { type: 'image', text: null, index: 0 },
  )
  return new Template(template).render({
    messages: [{ role: 'user', content }],
    add_generation_prompt: true,
    bos_token: '<s>',
    eos_token: '</s>',
  })
}

/**
 * Makes sure that a checkpoint's chat template asks the model as Hilum does.
 *
 * @throws HilumError unsupported when the template cannot be rendered or gives another prompt.
 */
export function checkChatTemplate(template: string): void {
  const turn = userTurn({
    mode: 'findings', hasLateral: true, hasPrior: true, priorReport: null, indication: 'Dyspnea.', technique: null,
    comparison: null, phrase: null,
  })
  let rendered: string
  try {
    rendered = renderChatTemplate(template, turn)
  } catch (cause) {
    throw new HilumError('unsupported', 'The chat template of the checkpoint cannot be rendered.', { mend: MEND, cause })
  }
  if (rendered !== promptText(chatPrompt(turn))) {
    throw new HilumError('unsupported', "The chat template of the checkpoint is not MAIRA-2's.", { mend: MEND })
  }
}

const MEND = 'Use the tokenizer and processor files that came with the checkpoint.'
