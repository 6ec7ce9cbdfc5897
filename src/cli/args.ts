import { BadUsage, type Args } from './verb.ts'

/** The text of an option, or null. */
export function textOf({ values }: Args, name: string): string | null {
  const value = values[name]
  return typeof value === 'string' ? value : null
}

/** The text of an option that must be there. */
export function needText(args: Args, name: string): string {
  const value = textOf(args, name)
  if (value === null || value === '') throw new BadUsage(`--${name} is missing.`)
  return value
}

/** A number between two limits, or null when the option is not there. */
export function numberOf(args: Args, name: string, least: number, most: number): number | null {
  const text = textOf(args, name)
  if (text === null) return null
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most) {
    throw new BadUsage(`--${name} takes a number from ${least} to ${most}, not "${text}".`)
  }
  return value
}

/** One of a list of words, or null when the option is not there. */
export function choiceOf<Choice extends string>(args: Args, name: string, choices: readonly Choice[]): Choice | null {
  const text = textOf(args, name)
  if (text === null) return null
  const choice = choices.find((candidate) => candidate === text)
  if (choice === undefined) throw new BadUsage(`--${name} is one of ${choices.join(', ')}, not "${text}".`)
  return choice
}

/** Whole numbers apart by commas. */
export function indicesOf(args: Args, name: string): readonly number[] {
  const text = needText(args, name)
  return text.split(',').map((part) => {
    if (!/^\s*\d{1,9}\s*$/.test(part)) throw new BadUsage(`--${name} takes numbers apart by commas, not "${text}".`)
    return Number(part)
  })
}
