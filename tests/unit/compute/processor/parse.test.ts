import { describe, expect, it } from 'vitest'
import { parseReport } from '../../../../src/compute/maira2/parse.ts'

const BOX = '<box><x55><y45><x70><y56></box>'
const BOX_VALUE = { xMin: 0.555, yMin: 0.455, xMax: 0.705, yMax: 0.565 }
const BOX_2 = '<box><x0><y0><x99><y99></box>'
const BOX_2_VALUE = { xMin: 0.005, yMin: 0.005, xMax: 0.995, yMax: 0.995 }

describe('parseReport', () => {
  it.each(['The lungs are clear.', '', 'A < B and <x10> are no tags'])('takes %j as plain text', (text) => {
    expect(parseReport(text)).toEqual({ phrases: null, unparsedTail: '' })
  })

  it('reads phrases with and without boxes; a coordinate is the middle of its bin', () => {
    const text = ` <obj> Small left effusion. ${BOX}${BOX_2}</obj><obj> No pneumothorax. </obj>\n`
    expect(parseReport(text)).toEqual({
      phrases: [
        { text: 'Small left effusion.', boxes: [BOX_VALUE, BOX_2_VALUE] },
        { text: 'No pneumothorax. ', boxes: null }, // without boxes only the left side is stripped
      ],
      unparsedTail: '',
    })
  })

  it('accepts an empty phrase', () => {
    expect(parseReport(`<obj>${BOX}</obj><obj></obj>`).phrases).toEqual([
      { text: '', boxes: [BOX_VALUE] },
      { text: '', boxes: null },
    ])
  })

  describe('keeps whole phrases and returns the rest', () => {
    const WHOLE = `<obj>Effusion.${BOX}</obj>`
    it.each([
      ['cut inside a phrase', '<obj> No pneumo'],
      ['cut inside a box', '<obj> Nodule.<box><x1><y2>'],
      ['cut before the end of a phrase', `<obj> Nodule.${BOX}`],
      ['cut right after an opening', '<obj>'],
      ['with three corners', '<obj> Nodule.<box><x1><y2><x3></box></obj>'],
      ['with corners in another order', '<obj> Nodule.<box><y1><x2><y3><x4></box></obj>'],
      ['with a corner outside the film', '<obj> Nodule.<box><x1><y2><x100><y4></box></obj>'],
      ['with text between boxes', `<obj> Nodule.${BOX} and ${BOX}</obj>`],
      ['with text after its boxes', `<obj> Nodule.${BOX} seen</obj>`],
      ['with a box that ends but never begins', '<obj> Nodule.</box></obj>'],
      ['with text before it', 'Also <obj> Nodule.</obj>'],
      ['that is text alone', 'The end.'],
    ])('a unit %s', (_, tail) => {
      expect(parseReport(WHOLE + tail)).toEqual({
        phrases: [{ text: 'Effusion.', boxes: [BOX_VALUE] }],
        unparsedTail: tail,
      })
    })
  })

  it('reads a phrase without its end into the next, as the reference does', () => {
    expect(parseReport('<obj> No nodule.<obj> Clear.</obj>').phrases).toEqual([
      { text: 'No nodule.<obj> Clear.', boxes: null },
    ])
  })

  it('forgives white space between phrases', () => {
    expect(parseReport('<obj>A.</obj> \n<obj>B.</obj>')).toEqual({
      phrases: [{ text: 'A.', boxes: null }, { text: 'B.', boxes: null }],
      unparsedTail: '',
    })
  })

  it('gives no phrases and the whole text when nothing parses', () => {
    expect(parseReport('</obj> stray')).toEqual({ phrases: [], unparsedTail: '</obj> stray' })
  })

  it('gives phrases that grow, never change, while text arrives', () => {
    const text = `<obj>Effusion.${BOX}</obj><obj>No nodule.</obj>`
    const whole = parseReport(text).phrases!
    for (let length = 0; length <= text.length; length++) {
      const phrases = parseReport(text.slice(0, length)).phrases ?? []
      expect(phrases).toEqual(whole.slice(0, phrases.length))
    }
  })
})
