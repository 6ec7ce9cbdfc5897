import { describe, expect, it } from 'vitest'
import { splitSentences } from '../../../../src/compute/report/sentences.ts'
import { wellFormedSentence } from '../../../../src/compute/report/wellFormed.ts'
import { phantomSentences } from './phantomSentences.ts'
import { goldReports, sharedReports } from './sharedReports.ts'

describe('wellFormedSentence', () => {
  it.each([
    'The heart size is normal.',
    'No focal consolidation, pleural effusion, or pneumothorax.',
    'Small left and moderate right pleural effusions.',
    'A small right pleural effusion is larger and a small left pleural effusion is new.',
    'Since _, small right pleural effusion is unchanged, right pleural catheter is in unchanged position.',
    'Patchy opacity in the left lower lung may represent pneumonia.',
    '8 mm nodule in the left upper lobe (unchanged since 2019).',
    'Tip is 2.5 cm above the carina.',
    'No no-longer-visible line is left.',
  ])('takes: %s', (sentence) => {
    expect(wellFormedSentence(sentence)).toBe(true)
  })

  it.each([
    ['a word twice', 'The heart heart size is normal.'],
    ['a phrase twice', 'There is a small left pleural effusion pleural effusion.'],
    ['a phrase in a loop', 'No effusion, no effusion, no effusion, no effusion.'],
    ['a phrase and itself', 'There is left basilar atelectasis and left basilar atelectasis.'],
    ['a phrase that keeps coming back', 'In the left lung seen in the left base noted in the left chest.'],
    ['a long phrase that comes back', 'A small left pleural effusion is present with a small left pleural effusion is seen.'],
    ['no capital', 'the heart size is normal.'],
    ['no full stop', 'The heart size is normal'],
    ['two full stops', 'The heart size is normal..'],
    ['a comma before the stop', 'The heart size is normal,.'],
    ['an open end', 'There is a small left pleural effusion in the.'],
    ['determiners in a row', 'There is a the heart size.'],
    ['a determiner before a verb', 'The is normal.'],
    ['verbs in a row', 'The heart size is are normal.'],
    ['a sentence inside a sentence', 'The heart size is normal The lungs are clear.'],
    ['stuttered letters', 'There is a pleural effusionnnnn.'],
    ['stuttered syllables', 'There is a pleural effuseffusion.'],
    ['no word at all', '...'],
    ['letters without a vowel', 'There is a plrthx effusion.'],
    ['an open bracket', 'The heart (size is normal.'],
    ['a replacement character', 'The heart\uFFFD size is normal.'],
    ['nothing', ''],
  ])('refuses %s', (_, sentence) => {
    expect(wellFormedSentence(sentence)).toBe(false)
  })

  it('refuses words outside a given vocabulary', () => {
    const vocabulary = new Set(['the', 'heart', 'size', 'is', 'normal'])
    expect(wellFormedSentence('The heart size is normal.', vocabulary)).toBe(true)
    expect(wellFormedSentence('The heart size is blue.', vocabulary)).toBe(false)
  })

  it('takes every sentence that the phantom generator writes', () => {
    const sentences = phantomSentences(800)
    expect(sentences.length).toBeGreaterThan(200)
    expect(sentences.filter((sentence) => !wellFormedSentence(sentence))).toEqual([])
  })

  it('refuses any of those sentences once it stutters', () => {
    const broken = phantomSentences(200).map((sentence) => {
      const words = sentence.split(' ')
      const at = Math.floor(words.length / 2)
      return [...words.slice(0, at), words[at - 1] ?? '', ...words.slice(at)].join(' ')
    })
    expect(broken.filter((sentence) => wellFormedSentence(sentence))).toEqual([])
  })

  const folder = sharedReports()
  it.skipIf(folder === null)('takes at least 95 % of the sentences of real reports', () => {
    // Blanked words ("XXXX") stand where any word may have stood: leave those sentences out.
    const sentences = goldReports(folder ?? '').flatMap(({ text }) =>
      splitSentences(text).map((span) => text.slice(span.start, span.end)).filter((sentence) => !sentence.includes('XXXX')))
    const refused = sentences.filter((sentence) => !wellFormedSentence(sentence))
    console.log(`${refused.length} of ${sentences.length} refused`)
    expect(1 - refused.length / sentences.length).toBeGreaterThanOrEqual(0.95)
  })
})
