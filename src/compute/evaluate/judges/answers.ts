import { z } from 'zod'
import { EditJudgement, type JudgeAnswer, type JudgeTask } from '../../../shared/domain/judging.ts'

const Edits = z.strictObject({ edits: z.array(EditJudgement) })
const RATING = /^Rating: \[\[([012])\]\]$/

/**
 * What a model's text says, read strictly: anything but the form that was asked for is no answer (null), and nothing is
 * guessed. Scores must end with the one line `Rating: [[n]]`; edits must be one JSON object that judges each of the
 * `edits` edits once.
 */
export function readAnswer(task: JudgeTask, content: string, edits: number): JudgeAnswer | null {
  return task === 'edits' ? readEdits(content, edits) : readScore(content)
}

function readScore(content: string): JudgeAnswer | null {
  const lines = content.trim().split('\n').map((line) => line.trim())
  const rating = RATING.exec(lines.at(-1) ?? '')
  if (rating === null || lines.filter((line) => line.includes('Rating:')).length !== 1) return null
  return { score: Number(rating[1]) as 0 | 1 | 2, why: lines.slice(0, -1).join('\n').trim() }
}

function readEdits(content: string, edits: number): JudgeAnswer | null {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch {
    return null
  }
  const parsed = Edits.safeParse(value)
  if (!parsed.success) return null
  const judged = parsed.data.edits.toSorted((a, b) => a.edit - b.edit)
  const complete = judged.length === edits && judged.every((one, at) => one.edit === at + 1)
  return complete ? { edits: judged } : null
}

/** AxBench's overall score of two ratings: their harmonic mean, 0 when one of them is 0. */
export function overallScore(concept: number, fluency: number): number {
  return concept === 0 || fluency === 0 ? 0 : 2 / (1 / concept + 1 / fluency)
}
