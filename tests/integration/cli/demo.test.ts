import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { supportedSuccess } from '../../../src/compute/evaluate/steeringEffect.ts'
import type { SteeringEffect } from '../../../src/shared/domain/feature.ts'
import { hilum, hilumJson } from './hilum.ts'
import { keptDir } from './keptDir.ts'

const RESOURCES_MODEL = join(import.meta.dirname, '../../../resources/model')

// The whole job on the embedded model, as a newcomer runs it. Without resources/ these tests fail: the model ships.
type Timings = Record<string, number>
type Text = { text: string; findings: unknown[]; tokens: unknown[]; timings: Timings; fromStore: boolean }
type Pixels = Record<'left' | 'top' | 'right' | 'bottom', number>
interface Grounded extends Text {
  readonly mode: string
  readonly phrase: string | null
  readonly film: { columns: number; rows: number }
  readonly notices: string[]
  readonly provenance: { promptHash: string; maxNewTokens: number }
  readonly phrases: { text: string; boxes: { xMin: number; pixels: Pixels }[] | null }[]
}
interface Demo {
  readonly cases: number
  readonly case: { id: string }
  readonly feature: number
  readonly baseline: Text
  readonly steered: Text & { provenance: { intervention: { terms: { feature: number; strength: number }[] } } }
  readonly edits: { id: string; rules: { verdict: { value: string } }; reader: { verdict: { value: string } } | null }[]
  readonly verified: { verdicts: number }
  readonly notices: string[]
  readonly steering: ({ feature: number; targets: string[] } & SteeringEffect)[]
}

describe('the demo', { timeout: 600_000 }, () => {
  const workspace = join(keptDir(), 'workspace')
  const at = (...args: string[]) => [...args, '--workspace', workspace]
  let ran: Awaited<ReturnType<typeof hilumJson<Demo>>>
  beforeAll(async () => {
    ran = await hilumJson<Demo>(at('demo'))
  }, 600_000)

  it('draws the cases, steers one, judges the edits, exports and verifies', () => {
    expect(ran.stderr).not.toContain('Error')
    expect([ran.status, ran.json.ok]).toEqual([0, true])
    const { cases, baseline, steered, edits, verified, notices } = ran.json
    expect(cases).toBe(12)
    expect(notices).toEqual(['Phantom model, not for clinical use.'])
    expect(baseline.findings.length).toBeGreaterThan(0)
    expect(steered.text).not.toBe(baseline.text)
    expect(edits.some((edit) => edit.rules.verdict.value === 'on-target')).toBe(true)
    expect(verified.verdicts).toBeGreaterThan(edits.length) // the rules' and the reader's
  })

  it('publishes what steering does by feature, failures included', () => {
    const { steering } = ran.json
    expect(steering.some((row) => row.success >= 0.5)).toBe(true)
    expect(steering.some((row) => row.success < 0.5)).toBe(true)
    // The surest first: a few cases tried stand below many.
    const supported = steering.map((row) => supportedSuccess(row))
    expect(supported).toEqual(supported.toSorted((a, b) => b - a))
  })

  it('prints a table that a newcomer can read, at once when the studies are there', async () => {
    const again = await hilum(at('demo'))
    expect(again.status).toBe(0)
    for (const word of ['Workspace', 'Unsteered', 'Steered', 'Edits', 'Verdict', 'Export', 'Verified', 'What steering does']) {
      expect(again.stdout).toContain(word)
    }
    expect(again.stdout).toContain('From the store')
  })

  it('draws boxes in the pixels of the film itself, where the model wrote them', async () => {
    const { json } = await hilumJson<Grounded>(at('report', '--case', ran.json.case.id, '--grounded'))
    const { columns, rows } = json.film
    // MAIRA-2's rule, from the text alone: the middle of a bin of the central square, cut to whole pixels.
    const side = Math.min(columns, rows)
    const [left, top] = [Math.floor((columns - side) / 2), Math.floor((rows - side) / 2)]
    const written = [...json.text.matchAll(/<x(\d+)><y(\d+)><x(\d+)><y(\d+)>/g)].map(([, ...bins]) => {
      const [x1, y1, x2, y2] = bins.map((bin) => (Number(bin) + 0.5) / 100) as [number, number, number, number]
      const at = (value: number, offset: number) => Math.trunc(value * side + offset)
      return { left: at(x1, left), top: at(y1, top), right: at(x2, left), bottom: at(y2, top) }
    })
    const shown = json.phrases.flatMap(({ boxes }) => boxes ?? [])
    expect(json.phrases.length).toBeGreaterThan(0)
    expect(shown.map((box) => box.pixels)).toEqual(written)
    for (const { xMin, pixels } of shown) expect(xMin * columns).toBeCloseTo(pixels.left, 6)
    const text = await hilum(at('report', '--case', ran.json.case.id, '--grounded'))
    expect(text.stdout).not.toContain('<obj>')
    expect(text.stdout).toContain(json.phrases[0]!.text.trim().slice(0, 20))
  })

  it('asks for one phrase as MAIRA-2 is asked, and says that this model never learned it', async () => {
    const { json } = await hilumJson<Grounded>(at('report', '--case', ran.json.case.id, '--phrase', ' Pleural effusion '))
    expect(json).toMatchObject({ ok: true, mode: 'phrase', phrase: 'Pleural effusion.' })
    // The whole prompt of this phrase, as Microsoft's processor renders it.
    expect(json.provenance.promptHash).toBe('8cf89e928cdbb42a16fb2dea9b43649553c85d9938e756b9d5b6b400c50e4f6c')
    expect(json.provenance.maxNewTokens).toBe(150)
    expect(json.notices).toContain(
      'This model was not trained to locate a given phrase, so what it answers and where it draws boxes means nothing.')
    const empty = await hilumJson<{ error: { message: string } }>(at('report', '--case', ran.json.case.id, '--phrase', ' '))
    expect([empty.status, empty.json.error.message]).toEqual([1, 'There is no phrase to locate.'])
  })

  it('leaves a workspace in which every verb works', async () => {
    const { case: { id }, feature } = ran.json
    const report = await hilumJson<Text>(at('report', '--case', id))
    expect(report.json).toMatchObject({ ok: true, fromStore: true, text: ran.json.baseline.text })
    for (const key of ['visionMs', 'prefillMs', 'decodeMs', 'tokensPerSecond']) expect(report.json.timings[key]).toBeGreaterThan(0)
    const zero = await hilumJson<{ baseline: Text; steered: Text; edits: unknown[] }>(
      at('steer', '--case', id, '--feature', String(feature), '--strength', '0'))
    expect(zero.json.steered).toMatchObject({ text: zero.json.baseline.text, fromStore: false })
    expect(zero.json.edits).toEqual([])
    const judged = await hilumJson(at('verdict', '--edit', ran.json.edits[0]!.id, '--is', 'neutral', '--reader', 'Ada'))
    expect(judged.json).toMatchObject({ ok: true, reader: { verdict: { value: 'neutral' }, judge: { name: 'Ada' } } })
    const added = await hilumJson<{ model: { id: string; format: string } }>(
      at('model', 'add', RESOURCES_MODEL, '--format', 'int8'))
    expect(added.json).toMatchObject({ ok: true, model: { format: 'int8', embedded: true }, inUse: false })
    expect(added.stderr).toContain('MIT: ')
    const rounded = await hilumJson<Text & { provenance: Record<string, string> }>(
      at('report', '--case', id, '--model', added.json.model.id.slice(0, 8)))
    expect(rounded.json).toMatchObject({
      ok: true, fromStore: false, provenance: { format: 'int8', modelHash: added.json.model.id },
    })
    expect(rounded.json.text).not.toBe('')
    const listed = await hilumJson<{ current: string; models: { id: string }[] }>(at('model', 'list'))
    expect(listed.json).toMatchObject({ current: 'embedded', models: [{ id: added.json.model.id }], interrupted: [] })
    expect((await hilumJson(at('model', 'verify', added.json.model.id))).json).toMatchObject({ ok: true, damaged: [] })
    expect((await hilumJson(at('model', 'remove', added.json.model.id))).json).toMatchObject({ ok: true })
    const found = await hilumJson<{ features: { index: number }[] }>(at('features', '--query', String(feature)))
    expect(found.json.features[0]?.index).toBe(feature)
    const doctor = await hilumJson<{ checks: { name: string; status: string }[] }>(at('doctor'))
    expect(doctor.json.checks.filter((check) => check.status === 'fail')).toEqual([])
    expect(doctor.json.checks.map((check) => check.name)).toContain('model')
  })
})
