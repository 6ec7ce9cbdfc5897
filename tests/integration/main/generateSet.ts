import { setTimeout } from 'node:timers/promises'
import { keepComparison } from '../../../src/main/database/comparisons.ts'
import { keepGeneration } from '../../../src/main/database/generations.ts'
import { openDatabase } from '../../../src/main/database/openDatabase.ts'
import { sha256 } from '../../../src/main/database/sha256.ts'
import { generateItems } from '../../../src/main/review/generateItems.ts'
import { BASELINE, type Intervention } from '../../../src/shared/domain/intervention.ts'
import { ADDED, AT, EFFUSION, generation } from '../../unit/main/samples.ts'

// Run by reviewSets.test.ts: generates a set with reports that come at once, and says of every item when it is kept.
const [path, setId] = process.argv.slice(2) as [string, string]
const { connection } = openDatabase({ path })

const keep = (caseId: string, intervention: Intervention, text: string) =>
  keepGeneration(connection, {
    key: sha256(`${caseId} ${JSON.stringify(intervention)}`), caseId, mode: 'findings', phrase: null, at: AT,
    baseline: intervention.terms.length === 0, generation: generation(text, intervention), findings: [EFFUSION],
  })
const baseline = (caseId: string) => keep(caseId, BASELINE, 'The lungs are clear.')

await generateItems(setId, {
  connection,
  featureItem: () => Promise.reject(new Error('This set has no items about features.')),
  reporting: {
    async baseline(caseId) {
      await setTimeout(2)
      return baseline(caseId)
    },
    async sweep(caseId, interventions, _run, onComparison) {
      for (const [number, intervention] of interventions.entries()) {
        await setTimeout(2)
        const steered = keep(caseId, intervention, `A small left pleural effusion ${intervention.terms[0]?.strength}.`)
        const verdict = { value: 'on-target', category: null, significance: null, note: '' } as const
        const edits = [{ edit: ADDED, verdict, reason: 'The target appears.' }]
        onComparison(number, keepComparison(connection, { baseline: baseline(caseId), steered, edits, at: AT }))
      }
    },
  },
  onProgress: ({ done }) => process.stdout.write(`${done}\n`),
})
process.stdout.write('frozen\n')
