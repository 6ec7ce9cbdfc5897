import type { HookReport } from '../shared/contracts/dictionaries.ts'
import type { HookEvidence } from '../shared/domain/dictionary.ts'
import { table } from './table.ts'

/** What calibration found, the likeliest hook first, for a person. */
export function hookTable({ facts, evidence, cases, tokens }: HookReport): string {
  const rows = evidence.map(({ hook, meanActive, unexplainedVariance }, i) => [
    String(i + 1), String(hook.layer), hook.normFactor === 1 ? 'as they are' : `divided by ${hook.normFactor}`,
    meanActive.toFixed(1), (100 * unexplainedVariance).toFixed(1) + ' %',
    hook.layer === facts.hook.layer && hook.normFactor === facts.hook.normFactor ? 'as it says' : '',
  ])
  const k = facts.k === null ? 'It was not trained for a number of active features.' : `It was trained for ${facts.k} active features a token.`
  return [
    `Measured on ${tokens} tokens of ${cases} cases. ${k}`,
    table(['', 'block', 'residuals', 'active', 'unexplained', ''], rows),
  ].join('\n')
}

/** The call that settles on a hook. */
export function settleCall(name: string, { hook }: HookEvidence): string {
  const factor = hook.normFactor === 1 ? '' : ` --norm-factor ${hook.normFactor}`
  return `hilum dictionary calibrate ${/\s/.test(name) ? `"${name}"` : name} --apply --layer ${hook.layer}${factor}`
}
