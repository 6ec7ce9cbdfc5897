import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../../src/cli/runCli.ts'
import { writePhantomDicom } from '../../../src/dicom/write/writePhantomDicom.ts'
import { caseFilm, toStoredPixels } from '../../../src/phantom/film.ts'
import { phantomCase } from '../../../src/phantom/phantomCase.ts'
import type { HookReport } from '../../../src/shared/contracts/dictionaries.ts'
import type { DictionaryFacts, TablePreview } from '../../../src/shared/domain/dictionary.ts'
import { FACTOR, writeForeignDictionary, type ForeignDictionary } from '../../fixtures/foreignDictionary.ts'
import { EMBEDDED } from '../model/support.ts'
import { keptDir } from './keptDir.ts'
import { hilum, hilumJson } from './hilum.ts'

const SIZE = { columns: 288, rows: 288 }
const dir = keptDir()
const workspace = join(dir, 'workspace')
const at = (...args: string[]) => ['dictionary', ...args, '--workspace', workspace]
const say = (...args: string[]) => [...args, '--workspace', workspace]
const foreign = join(dir, 'foreign')
const table = join(foreign, 'table.csv')
let written: ForeignDictionary

interface Refused { readonly error: { readonly kind: string; readonly message: string; readonly mend: string | null } }
type Measured = Pick<HookReport, 'evidence' | 'cases' | 'facts'>

beforeAll(async () => {
  const films = join(dir, 'films')
  mkdirSync(films)
  for (const seed of [1, 2, 3]) {
    const { pixels, windowCenter: center, windowWidth: width } = toStoredPixels(caseFilm(phantomCase(seed), 'frontal', SIZE), { bits: 12 })
    writeFileSync(join(films, `${seed}.dcm`), writePhantomDicom({
      pixels, ...SIZE, bitsStored: 12, window: { center, width }, pixelSpacing: 1.2, view: 'PA',
      patient: { id: `T-${seed}`, name: 'Test^Film', birthDate: '1960-01-01', sex: 'F' },
      study: { date: '2026-01-02', time: '10:00:00', accession: `N${seed}`, description: 'Chest', referringIndication: 'Cough.' },
    }))
  }
  await hilum(say('import', films))

  written = await writeForeignDictionary(foreign, EMBEDDED.dictionaryDir)
}, 120_000)

describe('hilum dictionary', { timeout: 240_000 }, () => {
  let id = ''

  it.each<[string, string[], string]>([
    ['no action', [], 'needs add'],
    ['an unknown action', ['paint'], '"paint" is not one of add, list, use, calibrate, remove.'],
    ['no path', ['add'], 'needs PATH'],
    ['a map without a table', ['add', 'x', '--map', 'feature=a'], 'belong to --interpretations'],
    ['a map that is none', ['add', 'x', '--interpretations', 'y', '--map', 'colour=red'], '--map takes FIELD=COLUMN'],
    ['a block without settling', ['calibrate', 'x', '--layer', '3'], 'belong to --apply'],
  ])('with %s exits 2 and says how to call', async (_what, args, sentence) => {
    let out = ''
    const status = await runCli(at(...args, '--json'), { out: (text) => void (out += text), err: () => undefined })
    expect([status, (JSON.parse(out) as Refused).error.message]).toEqual([2, expect.stringContaining(sentence)])
  })

  it('shows a table before it is taken over, and says what speaks against it', async () => {
    const ran = await hilumJson<{ preview: TablePreview }>(at('add', foreign, '--interpretations', table, '--preview'))
    expect(ran.status).toBe(1)
    expect(ran.json.preview).toMatchObject({
      map: { feature: { column: 'latent' }, interpretation: { column: 'explanation' }, score: { column: 'accuracy' } },
      problem: 'Row 1 of the table cannot be used: 91 in "accuracy" is not a share from 0 to 1. If it is a percentage, say so: --map score=accuracy/100.',
    })
    const again = await hilum(at('add', foreign, '--interpretations', table, '--preview', '--map', 'score=accuracy/100'))
    expect(again.status).toBe(0)
    expect(again.stdout).toContain('Zebra stripes')
  })

  it('adds a dictionary with its interpretations, and lists it', async () => {
    const ran = await hilumJson<{ dictionary: DictionaryFacts }>(
      at('add', foreign, '--interpretations', table, '--map', 'score=accuracy/100', '--name', 'Zebra'))
    expect(ran.stderr).not.toContain('Error')
    expect(ran.json.dictionary).toMatchObject({
      name: 'Zebra', dialect: 'dictionary_learning', size: written.features, interpreted: 2, scored: 2, calibration: null,
      hook: { layer: written.told, normFactor: 1 },
    })
    id = ran.json.dictionary.id
    const { json } = await hilumJson<{ current: string; dictionaries: DictionaryFacts[] }>(at('list'))
    expect([json.current, json.dictionaries.map((one) => one.id)]).toEqual(['embedded', [id]])
    const text = await hilum(at('list'))
    expect(text.stdout).toMatch(/\* +\(the model's own\)/)
  })

  it('refuses what it cannot read, in one sentence', async () => {
    const wrong = await hilumJson<Refused>(at('add', foreign, '--layer', '99'))
    expect([wrong.status, wrong.json.error.message]).toEqual([1, expect.stringMatching(/^The dictionary reads block 99, but /)])
    const none = await hilumJson<Refused>(at('use', 'Quagga'))
    expect(none.json.error).toMatchObject({ kind: 'not-found', message: 'There is no dictionary "Quagga" in this workspace.' })
  })

  it('shows where it reads the model, with the evidence, and settles there when asked', async () => {
    const measured = await hilumJson<Measured>(at('calibrate', 'Zebra', '--cases', '3'))
    const { evidence, cases, facts } = measured.json
    expect([cases, facts.calibration]).toEqual([3, null])
    expect(evidence[0]?.hook).toEqual({ layer: written.layer, normFactor: FACTOR })
    expect(evidence.some(({ hook }) => hook.layer === written.told && hook.normFactor === 1)).toBe(true)

    await hilum(at('use', 'Zebra'))
    const [first] = (await hilumJson<{ cases: { id: string }[] }>(say('cases'))).json.cases
    const steer = say('steer', '--case', first!.id, '--feature', '5', '--strength', '2')
    expect((await hilumJson<Refused>(steer)).json.error).toMatchObject({ message: 'Feature 5 has no maximum activation, so a strength has no scale.' })

    const text = await hilum(at('calibrate', 'Zebra', '--cases', '3', '--apply'))
    expect(text.stdout).toMatch(/1 +\d+ +divided by 50/)
    expect(text.stdout).toContain(`Zebra reads block ${written.layer} on residuals divided by ${FACTOR}.`)
  })

  it('is what features, reports and steering then use', async () => {
    const [first] = (await hilumJson<{ cases: { id: string }[] }>(say('cases'))).json.cases
    type Found = { features: { index: number; interpretation: string; maxActivation: number }[]; total: number }
    const found = await hilumJson<Found>(say('features', '--query', 'zebra'))
    expect(found.json).toMatchObject({ total: written.features, features: [{ index: 0, interpretation: 'Zebra stripes' }] })
    expect(found.json.features[0]?.maxActivation).toBeGreaterThan(0)
    type Provenance = { hookLayer: number; dictionaryHash: string }
    type Steered = { baseline: { text: string }; steered: { provenance: Provenance } }
    const steered = await hilumJson<Steered>(say('steer', '--case', first!.id, '--feature', '5', '--strength', '2'))
    expect(steered.json.ok).toBe(true)
    expect(steered.json.steered.provenance.hookLayer).toBe(written.layer)

    const inUse = await hilumJson<Refused>(at('remove', 'Zebra'))
    expect(inUse.json.error).toMatchObject({ kind: 'conflict', mend: 'Use another dictionary first.' })
    await hilum(at('use', 'embedded'))
    type Report = { text: string; provenance: { dictionaryHash: string } }
    const own = await hilumJson<Report>(say('report', '--case', first!.id))
    expect(own.json.text).toBe(steered.json.baseline.text) // where the decoder is cut changes nothing
    expect(own.json.provenance.dictionaryHash).not.toBe(steered.json.steered.provenance.dictionaryHash)
    expect((await hilumJson(at('remove', id.slice(0, 8)))).json).toMatchObject({ ok: true, removed: id })
  })
})
