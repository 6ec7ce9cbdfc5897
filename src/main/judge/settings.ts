import { JUDGE_OFF, JudgeSettings } from '../../shared/domain/judging.ts'
import { HilumError } from '../../shared/errors.ts'
import { appendAudit } from '../database/audit.ts'
import type { Connection } from '../database/connection.ts'
import { getSetting, setSetting } from '../database/settings.ts'
import { parseJudgeAddress } from './address.ts'

const KEY = 'judge.settings'
const SEEN = 'judge.seen'

/** The judge of the workspace; off where none was set. */
export function judgeSettings(connection: Connection): JudgeSettings {
  const text = getSetting(connection, KEY)
  return text === null ? JUDGE_OFF : JudgeSettings.parse(JSON.parse(text))
}

/** Sets the judge and audits who did it. Throws `bad-input` for an address or model that cannot be one. */
export function setJudge(connection: Connection, settings: JudgeSettings, reader: string, at: string): JudgeSettings {
  const old = judgeSettings(connection)
  if (settings.on && settings.model.trim() === '') throw new HilumError('bad-input', 'Name the model of the judge.')
  const address = settings.on || settings.address !== '' ? parseJudgeAddress(settings.address).href : ''
  const made = { ...settings, address, model: settings.model.trim() }
  connection.transaction(() => {
    setSetting(connection, KEY, JSON.stringify(made))
    appendAudit(connection, {
      at, actor: `reader:${reader}`, action: 'judge.configured', subject: made.address || 'off', detail: { old, new: made },
    })
  })
  return made
}

/** Remembers that somebody saw what goes to an address. */
export function markSeen(connection: Connection, address: string): void {
  setSetting(connection, SEEN, address)
}

/** Throws `conflict` unless what goes to the judge's address was shown once. */
export function refuseUnseen(connection: Connection, { address }: JudgeSettings): void {
  if (getSetting(connection, SEEN) === address) return
  throw new HilumError('conflict', `Nobody has seen yet what goes to ${address}. Nothing was sent.`, {
    mend: 'Look at what would be sent first.',
  })
}
