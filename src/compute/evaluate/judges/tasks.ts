import type { Edit } from '../../../shared/domain/edit.ts'
import type { Span } from '../../../shared/domain/finding.ts'
import { JUDGE_TASKS, type JudgeTask } from '../../../shared/domain/judging.ts'
import { REXVAL_CATEGORIES } from '../../../shared/domain/verdict.ts'
import type { Direction } from '../../report/ruleVerdict.ts'

/** What a judge needs to know of a steered run; no patient, no study, no film. */
export interface JudgedRun {
  readonly concepts: readonly { readonly interpretation: string; readonly direction: Direction }[]
  readonly baseline: string
  readonly steered: string
  readonly edits: readonly Edit[]
}

export interface ChatMessage {
  readonly role: 'system' | 'user'
  readonly content: string
}

/** The tasks that make sense for a run: without an edit there is none to judge. */
export const tasksOf = (run: JudgedRun): readonly JudgeTask[] =>
  JUDGE_TASKS.filter((task) => task !== 'edits' || run.edits.length > 0)

/**
 * What a model is asked. The two scores follow AxBench (arXiv 2501.17148): a short explanation, then `Rating: [[n]]`
 * on a line of its own, n being 0, 1 or 2. Edits are judged by the rubric that readers use: on-target, off-target or
 * neutral, with ReXVal's category and significance for what is off-target.
 */
export function messagesOf(task: JudgeTask, run: JudgedRun): readonly ChatMessage[] {
  const system = 'You assess what steering did to the findings section of a chest radiograph report. Judge the text alone.'
  const content = task === 'edits' ? editsQuestion(run) : task === 'concept' ? conceptQuestion(run) : fluencyQuestion(run)
  return [{ role: 'system', content: system }, { role: 'user', content }]
}

const conceptsOf = (run: JudgedRun): string =>
  run.concepts.map(({ interpretation, direction }) =>
    `- ${interpretation || '(no interpretation)'} (pushed ${direction === 'raise' ? 'up' : 'down'})`).join('\n')

const RATING = 'Explain in one or two sentences. Then write, on a line of its own and last, Rating: [[n]] with n being 0, 1 or 2.'

function conceptQuestion(run: JudgedRun): string {
  return [
    'How far does the report say what this concept stands for? Ignore grammar and style.',
    `Concept:\n${run.concepts.map((one) => `- ${one.interpretation || '(no interpretation)'}`).join('\n')}`,
    `Report:\n${run.steered}`,
    '0: it does not. 1: in part, or in passing. 2: clearly.',
    RATING,
  ].join('\n\n')
}

function fluencyQuestion(run: JudgedRun): string {
  return [
    'How well is this report written, as a radiologist would write it? Ignore what it claims.',
    `Report:\n${run.steered}`,
    '0: broken, repetitive or unreadable. 1: readable with faults. 2: fluent throughout.',
    RATING,
  ].join('\n\n')
}

function editsQuestion(run: JudgedRun): string {
  const quoted = (text: string, spans: readonly Span[]): string =>
    spans.length === 0 ? '(nothing)' : spans.map(({ start, end }) => `"${text.slice(start, end)}"`).join(' … ')
  const edits = run.edits.map((edit, at) =>
    `${at + 1}. ${[edit.kind, ...edit.aspects].join(', ')}: ${quoted(run.baseline, edit.baselineSpans)} -> ` +
    quoted(run.steered, edit.steeredSpans))
  return [
    'A report was written twice, once as it is and once while these concepts were pushed. Judge every edit.',
    `Concepts:\n${conceptsOf(run)}`,
    `Without steering:\n${run.baseline}`,
    `Steered:\n${run.steered}`,
    `Edits (without steering -> steered):\n${edits.join('\n')}`,
    'verdict: "on-target" when the edit moves what a concept stands for the way it was pushed; "neutral" when the ' +
      'meaning stays; "off-target" otherwise.',
    `category, for off-target alone, else null: one of ${REXVAL_CATEGORIES.map((one) => `"${one}"`).join(', ')}, or null.`,
    'significance, for off-target alone, else null: "significant" or "insignificant" for the care of the patient, or null.',
    'why: at most 30 words.',
    'Answer with one JSON object and nothing else, every edit once, in this form: ' +
      '{"edits": [{"edit": 1, "verdict": "neutral", "category": null, "significance": null, "why": "…"}]}',
  ].join('\n\n')
}
