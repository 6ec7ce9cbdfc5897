import { keepVerdict } from '../../../src/main/database/verdicts.ts'
import { openDatabase } from '../../../src/main/database/openDatabase.ts'

// Run by durability.test.ts: records verdicts as fast as it can and says of each, when it is kept, which it was.
const [path, editId, from] = process.argv.slice(2) as [string, string, string]
const { connection } = openDatabase({ path })
const values = ['on-target', 'off-target', 'neutral'] as const
for (let number = Number(from); ; number += 1) {
  const verdict = { value: values[number % 3]!, category: null, significance: null, note: `number ${number}` }
  const at = new Date().toISOString()
  keepVerdict(connection, { editId, judge: { kind: 'reader', name: 'Ada' }, verdict, reason: '', at })
  process.stdout.write(`${number}\n`) // a pipe: written when this returns
}
