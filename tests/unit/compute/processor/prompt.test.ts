import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  chatPrompt, checkChatTemplate, promptHash, promptText, renderChatTemplate,
} from '../../../../src/compute/maira2/chatTemplate.ts'
import { userTurn, type PromptQuestion } from '../../../../src/compute/maira2/prompt.ts'
import { golden } from './golden.ts'

const NOTHING: PromptQuestion = {
  mode: 'findings', hasLateral: false, hasPrior: false, priorReport: null, indication: null, technique: null,
  comparison: null, phrase: null,
}
const TWO_VIEWS: PromptQuestion = {
  ...NOTHING, hasLateral: true, indication: 'Dyspnea.', technique: 'PA and lateral views of the chest.',
  comparison: 'None.',
}
const WITH_PRIOR: PromptQuestion = {
  ...NOTHING, hasPrior: true, priorReport: 'FINDINGS: Small left effusion.', indication: 'Dyspnea.',
  technique: 'AP view of the chest.', comparison: 'Chest radiograph yesterday.',
}

const promptOf = (question: PromptQuestion): string => promptText(chatPrompt(userTurn(question)))
const template = golden<{ chat_template: string }>('tokenizer/tokenizer_config.json').chat_template

describe('the prompt is the one MAIRA-2 was trained on', () => {
  it.each<[string, PromptQuestion, number, string]>([
    ['A: frontal, findings, no fields', NOTHING, 298,
      '282e472aba5fe686c2858475c5684cbf1f5646fbdc2a0f78c7a5b6b3a3af9166'],
    ['B: frontal, grounded, no fields', { ...NOTHING, mode: 'grounded' }, 631,
      '9914a5d3c3370317df7e45ce478acf2042b256c6b41b9af746c23a8f385cbee4'],
    ['C: frontal and lateral, findings', TWO_VIEWS, 368,
      '29b11b27d5697be8f63e90bd60b138dda2c647416ed8b35be07b48e49260177d'],
    ['D: frontal and lateral, grounded', { ...TWO_VIEWS, mode: 'grounded' }, 701,
      'cace1cdad07700570b1ea472e07dcf99111febb1544e69f983903a1442c821be'],
    ['E: frontal and prior, findings', WITH_PRIOR, 420,
      'd6053e82bcb8020154858f5151aba2eb2870a74e0842c0b309e7fb56d02b93a7'],
    ['F: all three films, grounded',
      { ...WITH_PRIOR, mode: 'grounded', hasLateral: true, technique: TWO_VIEWS.technique }, 799,
      'd34b6f03d1c944e0c9c05f300f0e127656a07bc10daf4c6a4e56c49ea5a4a88b'],
    ['G: phrase grounding', { ...NOTHING, mode: 'phrase', phrase: 'Pleural effusion.' }, 318,
      '8cf89e928cdbb42a16fb2dea9b43649553c85d9938e756b9d5b6b400c50e4f6c'],
  ])('%s', (_, question, characters, sha256) => {
    expect(promptOf(question).length).toBe(characters)
    expect(promptHash(chatPrompt(userTurn(question)))).toBe(sha256)
  })

  it('hashes the UTF-8 bytes of the text', () => {
    const prompt = chatPrompt(userTurn({ ...NOTHING, indication: '左' }))
    expect(promptHash(prompt)).toBe(createHash('sha256').update(promptText(prompt), 'utf8').digest('hex'))
  })
})

describe('fields', () => {
  const FIELDS = [null, '', 'Fever.', '  two  spaces '] as const
  const combinations = FIELDS.flatMap((indication) =>
    FIELDS.flatMap((technique) => FIELDS.map((comparison) => ({ indication, technique, comparison }))),
  )

  it.each(combinations)('$indication | $technique | $comparison: as typed, N/A where there is nothing', (fields) => {
    const shown = (value: string | null): string => value || 'N/A'
    for (const mode of ['findings', 'grounded'] as const) {
      expect(promptOf({ ...NOTHING, ...fields, mode })).toContain(
        ` INDICATION: ${shown(fields.indication)} TECHNIQUE: ${shown(fields.technique)}` +
          ` COMPARISON: ${shown(fields.comparison)}  ASSISTANT: `,
      )
    }
  })

  it('writes a prior report only beside a prior film, N/A when that film has none', () => {
    expect(promptOf({ ...WITH_PRIOR, hasPrior: false })).not.toContain('PRIOR_REPORT')
    expect(promptOf({ ...WITH_PRIOR, priorReport: '' })).toContain('<image> PRIOR_REPORT: N/A Provide')
    expect(promptOf(WITH_PRIOR)).toContain('<image> PRIOR_REPORT: FINDINGS: Small left effusion. Provide')
  })
})

describe('films', () => {
  const LEAD = 'USER:  Given the current frontal image'
  it.each([
    [false, false, `${LEAD} only<image> Provide`, ['frontal']],
    [true, false, `${LEAD}<image> and the current lateral image<image> Provide`, ['frontal', 'lateral']],
    [false, true, `${LEAD}<image> and the prior frontal image<image> PRIOR_REPORT: N/A`, ['frontal', 'prior']],
    [true, true, `${LEAD}<image> the current lateral image<image> and the prior frontal image<image> PRIOR_REPORT: N/A`,
      ['frontal', 'lateral', 'prior']],
  ])('lateral %s, prior %s', (hasLateral, hasPrior, text, films) => {
    for (const mode of ['findings', 'grounded'] as const) {
      const turn = userTurn({ ...NOTHING, mode, hasLateral, hasPrior })
      expect(promptText(chatPrompt(turn))).toContain(text)
      expect(turn.flatMap((item) => (item.kind === 'image' ? [item.film] : []))).toEqual(films)
    }
  })
})

describe('phrase grounding', () => {
  it('asks about the current frontal only, with the phrase as typed', () => {
    const turn = userTurn({ ...WITH_PRIOR, hasLateral: true, mode: 'phrase', phrase: 'Left  effusion' })
    expect(turn.filter((item) => item.kind === 'image')).toEqual([{ kind: 'image', film: 'frontal' }])
    expect(promptText(chatPrompt(turn))).toMatch(/Finding: Left {2}effusion {2}ASSISTANT: $/)
  })

  it.each([null, ''])('refuses %j as a phrase', (phrase) => {
    expect(() => userTurn({ ...NOTHING, mode: 'phrase', phrase })).toThrowError(
      expect.objectContaining({ kind: 'bad-input', mend: expect.stringContaining('Pleural effusion.') }),
    )
  })
})

describe('the chat template of a checkpoint', () => {
  it('gives the same prompt as our own builder for every kind of question', () => {
    const questions = [true, false].flatMap((hasLateral) => [true, false].flatMap((hasPrior) =>
      (['findings', 'grounded', 'phrase'] as const).map((mode) =>
        ({ ...WITH_PRIOR, hasLateral, hasPrior, mode, phrase: 'Pleural effusion. {{ eos_token }}' })),
    ))
    for (const question of questions) {
      expect(renderChatTemplate(template, userTurn(question))).toBe(promptOf(question))
    }
  })

  it('is accepted when it agrees and refused when it does not', () => {
    expect(() => checkChatTemplate(template)).not.toThrow()
    expect(() => checkChatTemplate(template.replace('USER:  ', 'USER: '))).toThrowError(
      expect.objectContaining({ kind: 'unsupported', message: expect.stringContaining("not MAIRA-2's") }),
    )
    expect(() => checkChatTemplate('{% for %}')).toThrowError(
      expect.objectContaining({ kind: 'unsupported', message: expect.stringContaining('cannot be rendered') }),
    )
  })
})
