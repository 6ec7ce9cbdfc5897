import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeStored } from '../../../src/dicom/decode/decodeStored.ts'
import type { PixelArray } from '../../../src/dicom/decode/storedPixels.ts'
import { nativeFrame } from '../../../src/dicom/decode/nativeFrame.ts'
import { readInstance } from '../../../src/dicom/header/readInstance.ts'
import type { Scanned } from '../../../src/dicom/scan/scanPaths.ts'
import { scanPaths } from '../../../src/dicom/scan/scanPaths.ts'
import { openFilm } from '../../../src/dicom/store/openFilm.ts'
import { HilumError } from '../../../src/shared/errors.ts'

const data = resolve(import.meta.dirname, '../../../../shared/data')
const present = existsSync(data)
if (!present) console.warn('Skipped: the shared test films are not beside the repository (../shared/data).')

interface Entry {
  readonly file: string
  readonly view?: string
  readonly dicom?: {
    readonly transfer_syntax_uid: string | null
    readonly samples?: number
    readonly reference_decode?: { sha256_int32le?: string; min: number; max: number; mean: number } | null
  }
}
const entriesOf = (set: string): Entry[] =>
  present ? (JSON.parse(readFileSync(`${data}/${set}/MANIFEST.json`, 'utf8')) as { files: Entry[] }).files : []

/** References that include the overlay bits above High Bit, which are no part of the stored value (PS3.5 8.1.1). */
const WITH_OVERLAY_BITS = new Set(['mesa/ovly_p01.dcm', 'pydicom-data/mlut_18.dcm'])
/** Retired syntaxes that no reader is asked to take. */
const RETIRED = new Set(['1.2.840.10008.1.2.4.53', '1.2.840.10008.1.2.4.55'])

const references = (['cxr', 'dicom'] as const).flatMap((set) =>
  entriesOf(set).filter((entry) => entry.dicom?.reference_decode).map((entry) => ({ set, ...entry })))
const grey = references.filter(({ dicom }) => dicom?.samples === 1 && !RETIRED.has(dicom.transfer_syntax_uid ?? ''))

function hashOf(frames: readonly ArrayLike<number>[]): string {
  const hash = createHash('sha256')
  for (const values of frames) hash.update(Int32Array.from(values))
  return hash.digest('hex')
}

describe.skipIf(!present)('stored pixels against the reference decoders', () => {
  it.each(grey.filter(({ dicom }) => dicom?.reference_decode?.sha256_int32le !== undefined))(
    'exactly: $set/$file',
    async ({ set, file, dicom }) => {
      const instance = readInstance(readFileSync(`${data}/${set}/${file}`))
      const layout = instance.header.layout!
      const frames: PixelArray[] = []
      for (let frame = 0; frame < layout.frames; frame++) frames.push((await decodeStored(instance, frame)).pixels)
      if (WITH_OVERLAY_BITS.has(file)) {
        const { offset } = instance.parsed.pixelData!
        const raw = nativeFrame(instance.parsed.bytes.subarray(offset), layout, 0, true, 'OW').words
        const words = layout.signed ? Int16Array.from(raw) : raw
        const top = 2 ** layout.bitsStored - 1
        expect(hashOf([words])).toBe(dicom?.reference_decode?.sha256_int32le)
        expect(frames[0]!.every((value, i) => (value & top) === (raw[i]! & top))).toBe(true)
        return
      }
      expect(hashOf(frames)).toBe(dicom?.reference_decode?.sha256_int32le)
    },
  )

  it.each(grey.filter(({ dicom }) => dicom?.reference_decode?.sha256_int32le === undefined))(
    'within the tolerance of a lossy decoder: $set/$file',
    async ({ set, file, dicom }) => {
      const { pixels } = await decodeStored(readInstance(readFileSync(`${data}/${set}/${file}`)))
      const reference = dicom!.reference_decode!
      let [minimum, maximum, sum] = [Infinity, -Infinity, 0]
      for (const value of pixels) {
        minimum = Math.min(minimum, value)
        maximum = Math.max(maximum, value)
        sum += value
      }
      expect(Math.abs(minimum - reference.min)).toBeLessThanOrEqual(2)
      expect(Math.abs(maximum - reference.max)).toBeLessThanOrEqual(2)
      expect(Math.abs(sum / pixels.length - reference.mean)).toBeLessThan(0.2)
    },
  )

  it('covers the transfer syntaxes that chest films come in', () => {
    const syntaxes = new Set(references.map(({ dicom }) => dicom?.transfer_syntax_uid))
    for (const uid of ['1.2', '1.2.1', '1.2.1.99', '1.2.2', '1.2.5', '1.2.4.50', '1.2.4.51', '1.2.4.57', '1.2.4.70',
      '1.2.4.80', '1.2.4.81', '1.2.4.90', '1.2.4.91', '1.2.4.201']) {
      expect(syntaxes).toContain(`1.2.840.10008.${uid}`)
    }
  })

  it('decodes High-Throughput JPEG 2000, in colour as that is all there is', async () => {
    const entry = references.find(({ dicom }) => dicom?.transfer_syntax_uid === '1.2.840.10008.1.2.4.201')!
    const { pixels } = await decodeStored(readInstance(readFileSync(`${data}/${entry.set}/${entry.file}`)))
    const mean = Array.from(pixels).reduce((sum, value) => sum + value, 0) / pixels.length
    expect(mean).toBeCloseTo(entry.dicom!.reference_decode!.mean, 3)
  })

  it('refuses retired progressive syntaxes in one sentence', async () => {
    const retired = references.filter(({ dicom }) => RETIRED.has(dicom?.transfer_syntax_uid ?? ''))
    expect(retired).toHaveLength(2)
    for (const { set, file } of retired) {
      const instance = readInstance(readFileSync(`${data}/${set}/${file}`))
      await expect(decodeStored(instance)).rejects.toMatchObject({ kind: 'unsupported' })
    }
  })
})

describe.skipIf(!present)('a scan of all the test films', () => {
  it('takes every chest film, refuses everything else with a reason, and every film opens', { timeout: 120_000 }, async () => {
    const found = new Map<string, Scanned>()
    for await (const item of scanPaths([`${data}/cxr`, `${data}/dicom`])) {
      found.set(item.name, item)
      if (item.kind === 'skipped') expect(item.reason).toMatch(/^[A-Z].*[.]$/s)
      else if (item.kind === 'film') await openFilm(item.bytes, item.facts.hash)
    }
    for (const entry of entriesOf('cxr')) {
      const item = found.get(`cxr/${entry.file}`)
      if (entry.file.endsWith('.csv')) expect(item).toMatchObject({ kind: 'skipped', refused: false })
      else expect(item, entry.file).toMatchObject({ kind: 'film' })
    }
    const dicom = [...found].filter(([name]) => name.startsWith('dicom/'))
    expect(dicom.length).toBeGreaterThan(190)
    expect(dicom.filter(([, item]) => item.kind === 'film')).toEqual([])
  })

  it('reads views and patients of pictures from their names', { timeout: 120_000 }, async () => {
    const views = new Map<string, string>()
    const patients = new Set<string>()
    for await (const item of scanPaths([`${data}/cxr/hannover`, `${data}/cxr/nc`])) {
      if (item.kind !== 'film') continue
      views.set(item.name, item.facts.view)
      patients.add(item.facts.patientId)
      expect(item.facts.studyDate, 'a picture has no date of its own').toBeNull()
      expect(item.facts.studyOffset).not.toBeNull()
    }
    for (const { file, view } of entriesOf('cxr').filter((entry) => /^(hannover|nc)\/.*\.(png|jpg)$/.test(entry.file))) {
      expect(views.get(file), file).toBe(view === 'LATERAL' ? 'lateral' : 'frontal')
    }
    const folders = entriesOf('cxr').map(({ file }) => /^(?:hannover|nc)\/(\w+)\//.exec(file)?.[1]).filter(Boolean)
    expect(patients.size).toBe(new Set(folders).size)
  })

  it('fails on no hostile or malformed file with anything but a HilumError', async () => {
    const files = entriesOf('dicom').filter(({ dicom }) => !dicom?.reference_decode)
    expect(files.length).toBeGreaterThan(30)
    for (const { file } of files) {
      try {
        await decodeStored(readInstance(readFileSync(`${data}/dicom/${file}`)))
      } catch (thrown) {
        expect(thrown, file).toBeInstanceOf(HilumError)
      }
    }
  })
})
