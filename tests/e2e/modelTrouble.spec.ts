import { expect, test } from '@playwright/test'
import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEMO_PATIENTS } from '../../src/phantom/demo.ts'
import { launchHilum, ROOT } from './support/launchHilum.ts'
import type { Launched } from './support/launchHilum.ts'
import { pidOf } from './support/processes.ts'
import { screenshot } from './support/screenshot.ts'

/**
 * What the reader sees when the model is missing, broken, mended, and killed while it writes. In one workspace and in
 * this order.
 */
test.describe.configure({ mode: 'serial', timeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'hilum-trouble-'))
const resources = join(folder, 'resources')
const file = join(resources, 'model/tokenizer_config.json')
const MISSING = 'The checkpoint has no tokenizer_config.json.'
let hilum: Launched
/** The one compute process of the tests without a model. */
let compute: number | undefined

test.beforeAll(async () => {
  test.setTimeout(150_000)
  cpSync(join(ROOT, 'resources'), resources, { recursive: true })
  renameSync(file, `${file}.away`)
  hilum = await launchHilum({
    workspace: join(folder, 'workspace'),
    args: ['--window-size=1440x900'],
    env: { HILUM_RESOURCES: resources },
  })
})
test.afterAll(async () => {
  await hilum.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a missing model is said once, in one sentence, and nothing is said to have stopped', async () => {
  const { page } = hilum
  await expect(page.locator('[data-case]')).toHaveCount(DEMO_PATIENTS.length, { timeout: 240_000 })
  const line = page.getByRole('contentinfo')
  await expect(line).toContainText(`No model: ${MISSING}`)
  await expect(page.getByText(MISSING)).toHaveCount(1)
  await expect(page.getByText('stopped')).toHaveCount(0)
  await screenshot(page, 'no-model-1440')
  compute = await pidOf(hilum.app, 'compute')
  expect(compute).toBeGreaterThan(0)
})

test('asking for findings says no more than that, and starts no other process', async () => {
  const { page } = hilum
  await page.locator('[data-case]').first().dblclick()
  await expect(page.getByText('There is no model to write findings. Press G to try again.')).toBeVisible()
  for (let time = 0; time < 3; time++) {
    await page.keyboard.press('g')
    await expect(page.getByText(MISSING)).toHaveCount(1)
  }
  await expect(page.getByText('stopped')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Dismiss' })).toHaveCount(0)
  expect(await pidOf(hilum.app, 'compute')).toBe(compute)
})

test('Retry looks again: what is broken otherwise is said, what is mended opens, in the same process', async () => {
  const { page } = hilum
  const line = page.getByRole('contentinfo')
  writeFileSync(file, '{ "half": ')
  await line.getByRole('button', { name: 'Retry' }).click()
  await expect(line).toContainText('tokenizer_config.json of the checkpoint is not valid JSON.')
  await expect(page.getByText(MISSING)).toHaveCount(0)
  renameSync(`${file}.away`, file)
  await page.keyboard.press('Shift+R')
  await expect(line).toContainText(/\d+ features at layer \d+/, { timeout: 120_000 })
  await expect(page.locator('[data-side="baseline"] .text')).toBeVisible({ timeout: 120_000 })
  await expect(line.getByRole('button')).toHaveCount(0)
  expect(await pidOf(hilum.app, 'compute')).toBe(compute)
})

test('a model process killed while it writes is told in one line; Retry brings it back, and nothing entered is lost', async () => {
  const { page, app } = hilum
  const line = page.getByRole('contentinfo')
  const stream = page.locator('[data-side="steered"] .stream')
  const steered = page.locator('[data-side="steered"] .text')
  const baseline = await page.locator('[data-side="baseline"] .text').innerText()

  // What the reader has put in: a search, a strength, the positions.
  await page.keyboard.press('/')
  await page.keyboard.type('effusion')
  const row = page.locator('[data-feature]').first()
  await expect(row).toContainText(/effusion/i)
  await page.keyboard.press('ArrowDown')
  for (let step = 0; step < 6; step++) await page.keyboard.press('Shift+ArrowRight')
  await expect(row).toContainText('+6.0 × max')
  await page.keyboard.press('a')

  const [compute, dicom] = [await pidOf(app, 'compute'), await pidOf(app, 'dicom')]
  await page.keyboard.press('Enter')
  await expect(stream).toHaveText(/\w{3}/, { timeout: 60_000 })
  process.kill(compute!, 'SIGKILL')
  await expect(line).toContainText('The model process stopped. Retry starts it anew; nothing kept is lost.')
  await expect(stream).toHaveCount(0)
  await expect(steered).toHaveCount(0)
  await expect(line).not.toContainText('Lost the connection')
  await screenshot(page, 'model-stopped-1440')

  await line.getByRole('button', { name: 'Retry' }).click()
  await expect(line).not.toContainText(/stopped|Lost the connection/)
  await expect(line.getByRole('button')).toHaveCount(0)
  expect(await page.locator('[data-side="baseline"] .text').innerText()).toBe(baseline)
  await expect(page.getByRole('searchbox')).toHaveValue('effusion')
  await expect(row).toContainText('+6.0 × max')
  await expect(page.getByRole('button', { name: 'Positions: all' })).toBeVisible()

  await page.keyboard.press('Enter')
  await expect(steered).toBeVisible({ timeout: 120_000 })
  await expect(page.locator('[data-side="steered"] .detail')).toContainText('+6.0 ×')
  expect(await pidOf(app, 'compute')).not.toBe(compute)
  expect(await pidOf(app, 'dicom')).toBe(dicom)
})
