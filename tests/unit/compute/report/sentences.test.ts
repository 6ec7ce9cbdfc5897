import { describe, expect, it } from 'vitest'
import { splitSentences } from '../../../../src/compute/report/sentences.ts'

const split = (text: string): string[] => splitSentences(text).map((span) => text.slice(span.start, span.end))

describe('splitSentences', () => {
  it.each<[string, string, string[]]>([
    ['plain prose', 'The heart is normal. No effusion.', ['The heart is normal.', 'No effusion.']],
    ['no final stop', 'Cardiomegaly stable. Lungs clear', ['Cardiomegaly stable.', 'Lungs clear']],
    ['decimals', 'Nodule measures 2.5 cm. No effusion.', ['Nodule measures 2.5 cm.', 'No effusion.']],
    ['units inside a sentence', 'Tip is 4 cm. above the carina.', ['Tip is 4 cm. above the carina.']],
    ['titles', 'Discussed with Dr. Smith. No effusion.', ['Discussed with Dr. Smith.', 'No effusion.']],
    ['initials after a title', 'Called to Dr. J. Smith by phone.', ['Called to Dr. J. Smith by phone.']],
    ['times', 'PA and lateral at 7:34 p.m.. Heart is stable.', ['PA and lateral at 7:34 p.m..', 'Heart is stable.']],
    ['a time inside', 'Called at 9 a.m. by phone.', ['Called at 9 a.m. by phone.']],
    ['versus', 'Effusion vs. thickening. Stable.', ['Effusion vs. thickening.', 'Stable.']],
    ['lower case throughout', 'lungs are clear. no effusion.', ['lungs are clear.', 'no effusion.']],
    ['a missing space', 'Left effusion.There is no edema.', ['Left effusion.', 'There is no edema.']],
    ['a numbered list in a line', '1. Left effusion. 2. Cardiomegaly.', ['Left effusion.', 'Cardiomegaly.']],
    ['a numbered list in lines', '1. Left effusion\n2. Cardiomegaly', ['Left effusion', 'Cardiomegaly']],
    ['bullets', '- Left effusion\n- Cardiomegaly', ['Left effusion', 'Cardiomegaly']],
    ['wrapped lines', 'There is no\npneumothorax. No edema.', ['There is no\npneumothorax.', 'No edema.']],
    ['paragraphs', 'Lungs are clear\n\nheart is normal', ['Lungs are clear', 'heart is normal']],
    ['stray stops', 'Stable congestion. . No edema.', ['Stable congestion.', 'No edema.']],
    ['a stop in brackets', 'Unchanged (since 2019.) No edema.', ['Unchanged (since 2019.)', 'No edema.']],
    ['"no." before a number', 'Film no. 3 is rotated. No edema.', ['Film no. 3 is rotated.', 'No edema.']],
    ['a sentence that ends in no', 'Effusion: no. Edema: yes.', ['Effusion: no.', 'Edema: yes.']],
    ['nothing', '  \n ', []],
  ])('%s', (_, text, wanted) => {
    expect(split(text)).toEqual(wanted)
  })

  it('gives ranges of the text itself, in order and apart', () => {
    const text = '1. Small left effusion.\n2. Dr. Roe called. \u00C9tat stable.'
    const spans = splitSentences(text)
    spans.forEach((span, index) => {
      expect(span.start).toBeGreaterThanOrEqual(spans[index - 1]?.end ?? 0)
      expect(span.end).toBeGreaterThan(span.start)
    })
    expect(split(text)).toEqual(['Small left effusion.', 'Dr. Roe called.', '\u00C9tat stable.'])
  })
})
