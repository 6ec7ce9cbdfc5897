import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Stated } from '../../src/compute/evaluate/steeringEffect.ts'
import { Observation } from '../../src/shared/domain/finding.ts'

const StatedLine = z.object({ observations: z.array(Observation), comparison: z.boolean() })
/** One steered text of a record of trials. `scale` is the feature's maximum activation at the time. */
const Line = z.object({
  feature: z.number(), strength: z.number(), seed: z.number(), scale: z.number(),
  before: StatedLine, after: StatedLine, sentences: z.number(), wellFormed: z.number(),
})
export type TrialLine = z.infer<typeof Line>

/** The lines of a record (JSON lines) that were made at these scales: others belong to another dictionary. */
export function readRecord(file: string, scales: readonly number[]): readonly TrialLine[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8').split('\n').flatMap((text) => {
    const line = text === '' ? null : Line.safeParse(JSON.parse(text))
    return line?.success === true && line.data.scale === scales[line.data.feature] ? [line.data] : []
  })
}

/** Share of the steered texts that must gain something for the feature to be said to bring it. */
const OFTEN = 0.5
/** Below this share of well formed sentences a text says what it says by accident. */
const SOUND = 0.9

/**
 * What pushing a feature brings into texts that lacked it, at the strength that brings it most often while most
 * sentences stay well formed.
 */
export function broughtBy(lines: readonly TrialLine[]): Stated {
  const sound = [...Map.groupBy(lines, (line) => line.strength).values()].filter((own) =>
    sum(own, (line) => line.wellFormed) / sum(own, (line) => line.sentences) >= SOUND)
  const often = (has: (stated: Stated) => boolean): boolean => sound.some((own) => {
    const lacking = own.filter((line) => !has(line.before))
    return lacking.length > 0 && lacking.filter((line) => has(line.after)).length / lacking.length >= OFTEN
  })
  return {
    observations: Observation.options.filter((one) => often((stated) => stated.observations.includes(one))),
    comparison: often((stated) => stated.comparison),
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
