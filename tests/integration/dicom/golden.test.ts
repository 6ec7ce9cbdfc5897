import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeStored } from '../../../src/dicom/decode/decodeStored.ts'
import { displayFilm } from '../../../src/dicom/grey/displayFilm.ts'
import { readInstance } from '../../../src/dicom/header/readInstance.ts'

const folder = resolve(import.meta.dirname, '../../golden/dicom')

interface Expected {
  readonly transferSyntaxUid: string
  readonly sopInstanceUid: string
  readonly storedSha256: string
  readonly displayed: readonly number[]
}
const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as Record<string, Expected>
const names = readdirSync(folder).filter((name) => name.endsWith('.dcm')).map((name) => name.replace('.dcm', ''))

// The expected values are pydicom's (training/oracle/dicom.py).
describe('films as pydicom reads and shows them', () => {
  it.each(names)('%s', async (name) => {
    const instance = readInstance(readFileSync(`${folder}/${name}.dcm`))
    const stored = await decodeStored(instance)
    const oracle = expected[name]!
    expect(instance.parsed.transferSyntaxUid).toBe(oracle.transferSyntaxUid)
    expect(instance.header.sopInstanceUid).toBe(oracle.sopInstanceUid)
    expect(createHash('sha256').update(Int32Array.from(stored.pixels)).digest('hex')).toBe(oracle.storedSha256)
    // pydicom rounds LUT and window outputs to whole numbers of the output range first: one grey level of slack.
    const { pixels } = displayFilm(stored, instance.header)
    const worst = Math.max(...oracle.displayed.map((grey, i) => Math.abs(grey - pixels[i]!)))
    expect(worst).toBeLessThanOrEqual(1)
    const exact = oracle.displayed.filter((grey, i) => grey === pixels[i]).length
    expect(exact / oracle.displayed.length).toBeGreaterThan(0.98)
  })

  it('covers every film of the folder', () => expect(names.sort()).toEqual(Object.keys(expected).sort()))
})
