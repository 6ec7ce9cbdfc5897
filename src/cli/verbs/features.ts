import { numberOf, textOf } from '../args.ts'
import { percent, table } from '../table.ts'
import type { Verb } from '../verb.ts'

export const features: Verb = {
  name: 'features',
  synopsis: '[--query TEXT] [--limit N]',
  about: "find the dictionary's features by words or number",
  options: { query: { type: 'string' }, limit: { type: 'string' } },
  words: [0, 0],
  async run(args, session) {
    const index = await session.workspace().features()
    const limit = numberOf(args, 'limit', 1, 500) ?? 50
    const found = index.search(textOf(args, 'query') ?? '', limit)
    const rows = found.map((row) => [
      String(row.index), percent(row.steeringSuccess), percent(row.detectionScore), `${(100 * row.density).toFixed(2)} %`,
      row.interpretation || '(no interpretation)',
    ])
    const text = table(['feature', 'steers', 'detects', 'density', 'interpretation'], rows)
    return { json: { features: found, total: index.size }, text }
  },
}
