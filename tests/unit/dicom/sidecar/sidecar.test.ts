import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSidecar } from '../../../../src/dicom/sidecar/applySidecar.ts'
import { guessMap } from '../../../../src/dicom/sidecar/guessMap.ts'
import { dateReader } from '../../../../src/dicom/sidecar/readDates.ts'
import { readSidecarTable } from '../../../../src/dicom/sidecar/sidecarTable.ts'
import { facts } from '../../main/samples.ts'

let dir = ''
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'hilum-sidecar-'))))
afterEach(() => rm(dir, { recursive: true, force: true }))

async function table(text: string | Uint8Array): ReturnType<typeof readSidecarTable> {
  await writeFile(join(dir, 'table.csv'), text)
  return readSidecarTable(join(dir, 'table.csv'))
}
const picture = facts({ source: 'picture', patientId: 'a', patientName: 'a', studyDate: null, studyTime: null, birthDate: null })

describe('a sidecar table', () => {
  it('is read with commas, semicolons or tabs, quotes with line breaks, and Windows letters', async () => {
    expect(await table('file,report\na.png,"Clear,\nno ""effusion"""\n')).toMatchObject({
      columns: ['file', 'report'], rows: [['a.png', 'Clear,\nno "effusion"']],
    })
    expect((await table('\ufefffile;patient\r\na.png;P1\r\n')).rows).toEqual([['a.png', 'P1']])
    expect((await table('file\tname\na.png\tX')).columns).toEqual(['file', 'name'])
    expect((await table(Uint8Array.from(Buffer.from('file,name\na.png,M\xfcller', 'latin1')))).rows[0]).toEqual(['a.png', 'Müller'])
  })

  it('is refused when it is none', async () => {
    await expect(table('hello')).rejects.toMatchObject({ kind: 'bad-input', message: /no header row/ })
    await expect(readSidecarTable(join(dir, 'none.csv'))).rejects.toMatchObject({ kind: 'not-found' })
  })

  it('suggests what columns of known collections mean', () => {
    expect(guessMap(['dicom_id', 'subject_id', 'study_id', 'ViewPosition', 'StudyDate', 'StudyTime', 'PatientSex'])).toEqual({
      file: 'dicom_id', patient: 'subject_id', study: 'study_id', view: 'ViewPosition', date: 'StudyDate', time: 'StudyTime',
      sex: 'PatientSex',
    })
    expect(guessMap(['Image Index', 'Patient ID', 'weight'])).toEqual({ file: 'Image Index', patient: 'Patient ID' })
  })

  it('tells a picture who, when and what, and keeps the films of a study together', async () => {
    const rows = [
      'path,patient,sex,date,time,view,report,indication',
      'p1/a.png,P1,female,21800506,91530.5,PA,"Small effusion.",Cough',
      'b,P1,F,2180-05-06,09:15:30,LATERAL,,',
    ].join('\n')
    const map = guessMap(['path', 'patient', 'sex', 'date', 'time', 'view', 'report', 'indication'])
    const sidecar = openSidecar(await table(rows), { path: '', map, dateOrder: 'auto' })
    const a = sidecar.tell('root/P1/a.png', picture)
    const b = sidecar.tell('root/b.jpg', { ...picture, hash: 'b'.repeat(64) })
    expect(a.facts).toMatchObject({
      patientId: 'P1', sex: 'F', studyDate: '2180-05-06', studyTime: '09:15:30', studyOffset: null, view: 'frontal', viewPosition: 'PA',
    })
    expect(a.texts).toEqual({ report: 'Small effusion.', indication: 'Cough', technique: null, comparison: null })
    expect(b.facts).toMatchObject({ view: 'lateral', studyInstanceUid: a.facts.studyInstanceUid })
    expect(b.texts).toBeNull()
    expect(sidecar.left()).toEqual([])
  })

  it('changes nothing that a DICOM file says of itself, and adds its report', async () => {
    const sidecar = openSidecar(await table('file,date,report\na.dcm,2001-01-01,Clear.'), {
      path: '', map: { file: 'file', date: 'date', report: 'report' }, dateOrder: 'auto',
    })
    expect(sidecar.tell('a.dcm', facts())).toMatchObject({ facts: facts(), texts: { report: 'Clear.' } })
  })

  it('says what did not come together', async () => {
    const sidecar = openSidecar(await table('file,date\na.png,2020-31-12\nb.png,2020-01-01\nc.png,\nc.png,'), {
      path: '', map: { file: 'file', date: 'date' }, dateOrder: 'auto',
    })
    sidecar.tell('a.png', picture)
    sidecar.tell('c.png', picture)
    expect(sidecar.left()).toEqual([
      '1 row names a file that was not there, such as b.png.',
      '1 file has more than one row, such as c.png; none of them was used.',
      '1 picture has no row; what their names tell was used.',
      '1 date could not be read and stayed unknown.',
    ])
  })

  it('refuses a map that does not fit', async () => {
    const one = await table('file,x\na,b')
    expect(() => openSidecar(one, { path: '', map: {}, dateOrder: 'auto' })).toThrow(/which column of table.csv names the files/)
    expect(() => openSidecar(one, { path: '', map: { file: 'image' }, dateOrder: 'auto' })).toThrow(/has no column "image"/)
  })
})

describe('dates of a column', () => {
  it('are read in the one order that all of them allow', () => {
    expect(dateReader(['03/04/2020', '25/04/2020'], 'auto', 'd')('03/04/2020')).toBe('2020-04-03')
    expect(dateReader(['03/04/2020', '04/25/2020'], 'auto', 'd')('03/04/2020')).toBe('2020-03-04')
    expect(dateReader(['3.4.2020'], 'auto', 'd')('3.4.2020')).toBe('2020-04-03')
    expect(dateReader([], 'auto', 'd')('2020-04-03 10:11')).toBe('2020-04-03')
    expect(dateReader([], 'auto', 'd')('20200230')).toBeNull()
  })

  it('are never guessed', () => {
    expect(() => dateReader(['03/04/2020'], 'auto', 'taken')).toThrow(/Dates such as 03\/04\/2020 in column "taken" can be read in two ways/)
    expect(dateReader(['03/04/2020'], 'month-first', 'd')('03/04/2020')).toBe('2020-03-04')
  })
})
