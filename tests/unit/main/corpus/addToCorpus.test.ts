import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { addToCorpus } from '../../../../src/main/corpus/addToCorpus.ts'
import { readReports } from '../../../../src/main/corpus/readReports.ts'
import { reportBody } from '../../../../src/main/corpus/reportBody.ts'
import { verifyAudit } from '../../../../src/main/database/audit.ts'
import type { Connection } from '../../../../src/main/database/connection.ts'
import { corpusCounts, listCorpora } from '../../../../src/main/database/corpora.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { AT } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

let dir: string
let connection: Connection
beforeEach(() => {
  dir = temporaryDir()
  connection = openDatabase({ path: join(dir, 'hilum.db') }).connection
  return () => connection.close()
})

const put = (name: string, text: string): string => {
  mkdirSync(join(dir, 'reports', 'more'), { recursive: true })
  const path = join(dir, 'reports', name)
  writeFileSync(path, text)
  return path
}
const add = (path: string, column: string | null = null) =>
  addToCorpus(readReports(path, column), {
    connection, corpus: { name: 'Ward', phantom: false }, source: 'test', at: AT,
  })
/** What was counted, as "terms: reports". */
const counted = (): string[] => {
  const [corpus] = listCorpora(connection)
  return corpusCounts(connection, corpus!.id).map(({ terms, reports }) => `${[...terms].join(' ')}: ${reports}`).sort()
}

describe('adding reports to a corpus', () => {
  it('counts what a folder of texts states, under findings and impression alone', async () => {
    put('a.txt', 'INDICATION: Rule out pneumothorax.\nFINDINGS: Small left effusion.\nIMPRESSION: Effusion.')
    put('more/b.txt', 'Small right effusion with atelectasis.')
    put('notes.pdf', 'not a report')
    expect(await add(join(dir, 'reports'))).toMatchObject({ read: 2, added: 2, known: 0, skipped: [] })
    expect(counted()).toEqual(['atelectasis pleural-effusion: 1', 'pleural-effusion: 1'])
  })

  it('reads CSV with quoted line breaks, and JSON lines', async () => {
    const csv = put('a.csv', '\uFEFFstudy_id,Report\r\n1,"Small left effusion.\nNo ""edema""."\r\n2,Mild cardiomegaly.\r\n3,\r\n')
    expect(await add(csv)).toMatchObject({ read: 2, added: 2, skipped: ['row 4 of a.csv is empty'] })
    const lines = put('b.jsonl', '{"findings":"Mild edema.","impression":"Edema."}\nnot json\n\n[1]\n')
    expect(await add(lines)).toMatchObject({ read: 1, added: 1, skipped: ['line 2 of b.jsonl is not JSON', 'line 4 of b.jsonl is not an object'] })
    expect(counted()).toEqual(['cardiomegaly: 1', 'edema: 1', 'pleural-effusion: 1'])
  })

  it('counts the same source once however often it is added, and equal reports as many as there are', async () => {
    const csv = put('a.csv', 'text\nThe lungs are clear.\nThe lungs are clear.\nMild edema.\n')
    expect(await add(csv)).toMatchObject({ read: 3, added: 3 })
    expect(await add(csv)).toMatchObject({ read: 3, added: 0, known: 3 })
    expect(counted()).toEqual([': 2', 'edema: 1'])
  })

  it('keeps no text', async () => {
    await add(put('a.txt', 'Small left effusion in Mr. Doe.'))
    const { readFileSync } = await import('node:fs')
    connection.pragma('wal_checkpoint(TRUNCATE)')
    expect(readFileSync(join(dir, 'hilum.db')).includes('Doe')).toBe(false)
  })

  it('audits what was added', async () => {
    await add(put('a.txt', 'Small left effusion.'))
    expect(verifyAudit(connection).rows).toBe(1)
  })

  it.each<[string, string, string | null, RegExp]>([
    ['a.csv', 'when,who\n1,2\n', null, /no column of reports in row 2.*when, who/],
    ['a.csv', 'text\nMild edema.\n', 'body', /no column of reports/],
    ['a.csv', 'text\n"Mild edema.\n', null, /cannot be read as CSV/],
    ['a.csv', 'text\n', null, /There is no report/],
    ['a.docx', 'x', null, /none of the kinds/],
  ])('refuses %s (%j) in one sentence', async (name, text, column, wanted) => {
    await expect(add(put(name, text), column)).rejects.toThrow(wanted)
  })

  it('does not mix reports of patients and phantoms', async () => {
    await add(put('a.txt', 'Small left effusion.'))
    const phantoms = addToCorpus([{ id: null, text: 'Mild edema.' }], {
      connection, corpus: { name: 'Ward', phantom: true }, source: 'test', at: AT,
    })
    await expect(phantoms).rejects.toThrow('holds reports of patients')
  })
})

describe('reportBody', () => {
  it.each([
    ['Mild edema.', 'Mild edema.'],
    ['FINAL REPORT\n EXAMINATION: Chest\n\n FINDINGS:\n\n Mild edema. Tip: 3 cm.\n\n IMPRESSION:  Edema.\n RECOMMENDATION(S): CT.', 'Mild edema. Tip: 3 cm.\n\nEdema.'],
    ['Findings: Mild edema.\nIndication: cough', 'Mild edema.'],
    ['INDICATION: Rule out edema.', ''],
  ])('%j', (text, wanted) => {
    expect(reportBody(text)).toBe(wanted)
  })
})
