import { describe, expect, it } from 'vitest'
import { renderConcept } from '../../../../src/compute/evaluate/conceptText.ts'
import { detectionScore, wouldActivate } from '../../../../src/compute/evaluate/detection.ts'
import { Interpreter } from '../../../../src/compute/evaluate/interpret.ts'
import type { SentenceContext } from '../../../../src/compute/evaluate/sentenceContext.ts'
import { phantomCase } from '../../../../src/phantom/phantomCase.ts'

/** Every place of the reports of `count` phantoms. */
function places(first: number, count: number): readonly SentenceContext[] {
  return Array.from({ length: count }, (_, i) => {
    const sentences = phantomCase(first + i).report.map((sentence) => sentence.text)
    return [-1, ...sentences.keys()].map((at) => ({ sentences, at }))
  }).flat()
}

const corpus = places(1_000_000, 300)
const heldOut = places(1, 300)
const interpreter = new Interpreter(corpus)
type Rule = (context: SentenceContext, i: number) => boolean
const here = (pattern: RegExp): Rule => ({ sentences, at }) => pattern.test(sentences[at] ?? '')

function interpretationOf(rule: Rule): string {
  const candidate = interpreter.interpret(corpus.map(rule))
  return candidate === null ? '' : renderConcept(candidate.concept)
}
const scoreOf = (interpretation: string, rule: Rule): number | null => {
  const sentences = heldOut.map((context, i) => ({ ...context, activation: rule(context, i) ? 1 + (i % 7) : 0 }))
  return detectionScore(interpretation, sentences)
}

describe('the interpreter', () => {
  it.each<[string, Rule]>([
    ['Left pleural effusion', here(/left pleural effusion(?! has res)|bilateral pleural/)],
    ['Absence of pneumothorax', here(/no.*pneumothorax|pneumothorax has resolved/i)],
    ['The word "intact"', here(/intact/)],
    ['Pulmonary edema, mild', here(/mild pulmonary edema/i)],
    ['The end of the prompt', ({ at }) => at === -1],
    ['Announces: Cardiomegaly', ({ sentences, at }) => /cardiomegaly|enlarged/i.test(sentences[at + 1] ?? '')],
  ])('finds that a feature stands for: %s', (expected, rule) => {
    const interpretation = interpretationOf(rule)
    const agree = heldOut.filter((context, i) => wouldActivate(interpretation, context) === rule(context, i)).length
    expect(agree / heldOut.length, interpretation).toBeGreaterThan(0.98)
    expect(scoreOf(interpretation, rule), interpretation).toBeGreaterThan(0.95)
    expect(interpretation).toBe(expected)
  })

  it('joins conditions where one is not enough, and leaves it at one where it is', () => {
    const either = interpretationOf(here(/nodule|sternotomy/))
    expect(either.split('; or '), either).toHaveLength(2)
    expect(either).toMatch(/nodule/i)
    expect(either).toMatch(/sternotomy/i)
    expect(interpretationOf(here(/nodule/))).not.toContain(';')
  })

  it('keeps to fewer conditions when more would bring less than one per cent', () => {
    // One in 3,000 places is noise that a longer concept could fit.
    expect(interpretationOf((context, i) => here(/intact/)(context, i) !== (i % 3000 === 0))).toBe('The word "intact"')
  })

  it('begins with the conditions that it is told to begin with', () => {
    const active = corpus.map(here(/sternotomy wires are intact/))
    const candidate = interpreter.interpret(active, ({ pattern }) => pattern.kind === 'finding')
    expect(renderConcept(candidate!.concept)).toBe('Sternotomy wires')
    expect(interpreter.interpret(active, () => false)).toBeNull()
  })

  it('gives no interpretation to a feature that hardly ever fires, or always', () => {
    expect(interpreter.interpret(corpus.map((_, i) => i < 5))).toBeNull()
    expect(interpreter.interpret(corpus.map(() => true))).toBeNull()
  })

  it('finds nothing better than chance in noise', () => {
    const noise: Rule = (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 28) < 4
    const score = scoreOf(interpretationOf(noise), noise)
    expect(score).toBeLessThan(0.62)
  })
})

describe('the detection score', () => {
  const rule = here(/left/i)

  it('is 1 for the right words, a half for words that always or never apply, 0 for the opposite', () => {
    expect(scoreOf('The word "left"', rule)).toBe(1)
    expect(scoreOf('The word "zebra"', rule)).toBe(0.5)
    expect(scoreOf('Anywhere in the report: The word "the"; or Anywhere in the report: The word "no"', rule)).toBeCloseTo(0.5, 1)
    expect(scoreOf('The word "left"', (context, i) => !rule(context, i))).toBe(0)
  })

  it('sees the words alone: an interpretation that is not understood never applies', () => {
    expect(scoreOf('Something on the left', rule)).toBe(0.5)
  })

  it('draws activating sentences from every tenth of the activations', () => {
    // Strong activations fit the words, the weak half does not: a score of the strongest alone would hide it.
    const sentences = Array.from({ length: 400 }, (_, i) => ({
      sentences: [i < 100 ? 'Left.' : 'Right.'], at: 0, activation: i < 200 ? 400 - i : 0 }))
    expect(detectionScore('The word "left"', sentences)).toBeCloseTo(0.75, 5)
  })

  it('is null without interpretation and with too few sentences of either kind', () => {
    const few = (active: number, silent: number) => Array.from({ length: active + silent }, (_, i) => (
      { sentences: ['Left.'], at: 0, activation: i < active ? 1 : 0 }))
    expect(detectionScore('', few(50, 50))).toBeNull()
    expect(detectionScore('The word "left"', few(19, 50))).toBeNull()
    expect(detectionScore('The word "left"', few(50, 19))).toBeNull()
    expect(detectionScore('The word "left"', few(20, 20))).toBe(0.5)
  })

  it('is the same every time', () => {
    const noisy: Rule = (context, i) => rule(context, i) !== (i % 5 === 0)
    expect(scoreOf('The word "left"', noisy)).toBe(scoreOf('The word "left"', noisy))
  })
})
