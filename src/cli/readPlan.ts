import { randomInt } from 'node:crypto'
import { listCases, resolveCaseId } from '../main/database/cases.ts'
import type { Connection } from '../main/database/connection.ts'
import { METHODS, POSITIONS } from '../shared/domain/intervention.ts'
import { CONTROLS, REVIEW_TASKS, ReviewPlan } from '../shared/domain/reviewSet.ts'
import { choiceOf, needText, numberOf, textOf } from './args.ts'
import { BadUsage, type Args } from './verb.ts'

/** The plan of a review set from the options of a call. Throws BadUsage with the first thing that is wrong. */
export function readPlan(args: Args, name: string, connection: Connection): ReviewPlan {
  const task = choiceOf(args, 'task', REVIEW_TASKS) ?? 'edits'
  const readers = wordsOf(needText(args, 'readers'))
  const parsed = ReviewPlan.safeParse({
    name, task, readers,
    cases: casesOf(textOf(args, 'cases') ?? '', connection),
    features: wordsOf(needText(args, 'features')).map((word) => numberIn(word, 'features')),
    strengths: wordsOf(textOf(args, 'strengths') ?? '').map((word) => numberIn(word, 'strengths')),
    positions: chosen(args, 'positions', POSITIONS, ['generated']),
    methods: chosen(args, 'methods', METHODS, ['add']),
    controls: chosen(args, 'controls', CONTROLS, []),
    controlShare: numberOf(args, 'control-share', 0, 1) ?? 0.1,
    blinded: args.values.open !== true,
    repeatShare: numberOf(args, 'repeat', 0, 0.5) ?? 0,
    readersPerItem: numberOf(args, 'readers-per-item', 1, 24) ?? readers.length,
    arms: numberOf(args, 'arms', 1, 4) ?? 1,
    washoutDays: numberOf(args, 'washout-days', 0, 365) ?? 0,
    seed: numberOf(args, 'seed', 0, 0xffffffff) ?? randomInt(0xffffffff),
  })
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new BadUsage(`${issue?.path.join('.') ?? 'plan'}: ${issue?.message ?? 'wrong'}`)
}

function casesOf(text: string, connection: Connection): readonly string[] {
  if (text === 'all') return listCases(connection, '').map((row) => row.id)
  return wordsOf(text).map((word) => resolveCaseId(connection, word))
}

function wordsOf(text: string): readonly string[] {
  return text.split(',').map((word) => word.trim()).filter((word) => word !== '')
}

function numberIn(word: string, name: string): number {
  const value = Number(word)
  if (!Number.isFinite(value)) throw new BadUsage(`--${name} takes numbers apart by commas, not "${word}".`)
  return value
}

function chosen<Choice extends string>(
  args: Args, name: string, choices: readonly Choice[], otherwise: readonly Choice[],
): readonly Choice[] {
  const text = textOf(args, name)
  if (text === null) return otherwise
  return wordsOf(text).map((word) => {
    const choice = choices.find((candidate) => candidate === word)
    if (choice === undefined) throw new BadUsage(`--${name} takes ${choices.join(', ')}, not "${word}".`)
    return choice
  })
}
