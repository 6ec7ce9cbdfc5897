import { createInterface } from 'node:readline/promises'
import { listReaders } from '../../main/database/readers.ts'
import { registerReader, replacePin } from '../../main/review/pins.ts'
import { now } from '../../main/workspace/now.ts'
import { table } from '../table.ts'
import { BadUsage, type Verb } from '../verb.ts'

export const reader: Verb = {
  name: 'reader',
  synopsis: 'add|pin|list [NAME]',
  about: 'add a reader to this machine, or give one a new PIN (read from HILUM_PIN or the terminal)',
  options: {},
  words: [1, 2],
  async run({ words: [what, name] }, session) {
    const { connection } = session.workspace()
    if (what === 'list') {
      const readers = listReaders(connection)
      return { json: { readers }, text: table(['id', 'name'], readers.map((one) => [one.id, one.name])) }
    }
    if (what !== 'add' && what !== 'pin') throw new BadUsage(`"hilum reader" takes add, pin or list, not "${what}".`)
    if (name === undefined) throw new BadUsage('A name is missing.')
    const pin = await askPin()
    if (what === 'add') {
      const added = await registerReader(connection, name, pin, now())
      return { json: { reader: added }, text: `${added.name} may sign in on this machine.` }
    }
    const changed = await replacePin(connection, name, pin, now(), 'command line')
    return { json: { reader: changed }, text: `${changed.name} has a new PIN.` }
  },
}

/** A PIN must not be an argument: other users of the machine can read those. */
async function askPin(): Promise<string> {
  const given = process.env.HILUM_PIN
  if (given !== undefined) return given
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await lines.question('PIN (4 to 12 digits): ')).trim()
  } finally {
    lines.close()
  }
}
