import type { Target } from '../../shared/domain/target.ts'

/** A target in a few words: `pleural effusion, comparison`, `absence of edema`, `nothing that an edit can touch`. */
export function targetInWords({ observations, comparison, absence }: Target): string {
  const words = [...observations.map((one) => one.replaceAll('-', ' ')), ...(comparison ? ['comparison'] : [])]
  if (words.length === 0) return 'nothing that an edit can touch'
  return `${absence === true ? 'absence of ' : ''}${words.join(', ')}`
}
