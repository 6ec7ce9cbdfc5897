import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listCases, loadCase } from '../../../src/main/database/cases.ts'
import { verifyAudit } from '../../../src/main/database/audit.ts'
import { forkProcess } from '../../../src/main/processes/forkedProcess.ts'
import { createService } from '../../../src/main/processes/service.ts'
import { importPaths } from '../../../src/main/workspace/importing.ts'
import { openWorkspace, type Workspace } from '../../../src/main/workspace/workspace.ts'
import { computeContract } from '../../../src/shared/contracts/compute.ts'
import { dicomContract } from '../../../src/shared/contracts/dicom.ts'
import { modelsContract } from '../../../src/shared/contracts/models.ts'
import type { ImportReport } from '../../../src/shared/contracts/main.ts'
import { keptDir } from '../cli/keptDir.ts'

const root = resolve(import.meta.dirname, '../../..')
const data = resolve(root, '../shared/data')
const present = existsSync(data)
if (!present) console.warn('Skipped: the shared test films are not beside the repository (../shared/data).')

describe.skipIf(!present)('real films', { timeout: 180_000 }, () => {
  const dir = keptDir()
  const dicom = createService({
    name: 'dicom', contract: dicomContract, start: () => forkProcess('dicom', join(root, 'src/dicom/process.ts')),
  })
  const compute = createService({
    name: 'compute', contract: computeContract, start: () => forkProcess('compute', join(root, 'src/compute/process.ts')),
  })
  const models = createService({
    name: 'models', contract: modelsContract,
    start: () => forkProcess('models', join(root, 'src/compute/models/process.ts')),
  })
  let workspace: Workspace
  let report: ImportReport
  beforeAll(async () => {
    workspace = openWorkspace({
      dir, resourcesDir: join(root, 'resources'), dicom, compute, models, version: '0.1.0', demo: 'leave', model: 'later',
    })
    const paths = [join(data, 'cxr'), join(data, 'dicom')]
    report = await importPaths(paths, { connection: workspace.connection, dicom })
  }, 180_000)
  afterAll(async () => {
    await workspace.close()
    await Promise.all([dicom.stop(), compute.stop(), models.stop()])
  })

  it('of chests become cases, with priors where a patient has several', () => {
    const rows = listCases(workspace.connection, '')
    expect(rows.length).toBe(report.cases.length)
    expect(rows.length).toBeGreaterThanOrEqual(60)
    expect(rows.filter((row) => row.priorDate !== null || row.priorOffset !== null).length).toBeGreaterThanOrEqual(30)
    for (const { id } of rows) {
      const { study, priorStudy, patient } = loadCase(workspace.connection, id)
      const isPicture = study.description === 'Picture of a chest film'
      expect(study.date === null || !isPicture).toBe(true)
      if (priorStudy !== null && isPicture) expect(priorStudy.offset!.count).toBeLessThan(study.offset!.count)
      else if (priorStudy !== null) expect(priorStudy.date! <= study.date!).toBe(true)
      expect(patient.id).not.toBe('')
    }
    expect(rows.every((row) => !row.phantom)).toBe(true)
  })

  it('open for the viewer and for the model, every one', async () => {
    const broken: string[] = []
    for (const { id } of listCases(workspace.connection, '')) {
      const { hash } = loadCase(workspace.connection, id).frontal
      try {
        const view = await dicom.call('film.view', { hash })
        const model = await dicom.call('film.model', { hash })
        if (view.values.length !== view.columns * view.rows || new Set(model.pixels).size < 16) broken.push(`${id}: flat or short`)
      } catch (error) {
        broken.push(`${id}: ${String(error)}`)
      }
    }
    expect(broken).toEqual([])
  })

  it('of anything else are left out with one line each, and nothing is half-filed', () => {
    expect(report.skipped.length).toBeGreaterThan(100)
    for (const { name, reason } of report.skipped) {
      expect(reason, name).toMatch(/^[A-Z][^\n]{8,300}\.$/)
      expect(reason, name).not.toMatch(/undefined|NaN|\[object|TypeError|RangeError/)
    }
    expect(workspace.connection.pragma('quick_check')).toBe('ok')
    expect(verifyAudit(workspace.connection).rows).toBeGreaterThan(0)
  })

  it('imported again add nothing', async () => {
    const again = await importPaths([join(data, 'cxr')], { connection: workspace.connection, dicom })
    expect(again.newFilms).toBe(0)
    expect(again.duplicates).toBe(again.films)
  })
})
