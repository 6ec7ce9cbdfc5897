import { expect, test } from '@playwright/test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { DEMO_PATIENTS } from '../../src/phantom/demo.ts'
import { launchHilum, ROOT } from './support/launchHilum.ts'
import type { Launched } from './support/launchHilum.ts'
import { screenshot } from './support/screenshot.ts'
import { answerDialogs, untilReady } from './support/window.ts'

/** A model engineer adds a checkpoint by keyboard and mouse, and a case is read with it. */
test.describe.configure({ mode: 'serial', timeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'hilum-models-'))
let hilum: Launched

test.beforeAll(async () => {
  test.setTimeout(150_000)
  hilum = await launchHilum({ workspace: join(folder, 'workspace'), args: ['--window-size=1440x900'] })
})
test.afterAll(async () => {
  await hilum.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a folder that is no checkpoint is told what is wrong with it', async () => {
  const { page } = hilum
  const other = join(folder, 'bert')
  mkdirSync(other)
  writeFileSync(join(other, 'config.json'), JSON.stringify({ model_type: 'bert' }))
  await page.keyboard.press('Shift+M')
  const dialog = page.getByRole('dialog', { name: 'Models' })
  await expect(dialog.getByText('● in use')).toBeVisible()
  await dialog.getByLabel('Folder').fill(other)
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('config.json describes a model of type "bert", not MAIRA-2.')
  await expect(dialog.getByRole('button', { name: /^Add as/ })).toHaveCount(0)
  await screenshot(page, 'models-refused')
})

test('the embedded checkpoint is added as int8, once its licence was read', async () => {
  const { app, page } = hilum
  const dialog = page.getByRole('dialog', { name: 'Models' })
  await answerDialogs(app, [join(ROOT, 'resources/model')])
  await dialog.getByRole('button', { name: 'Choose…' }).click()
  await expect(dialog.getByText('Nothing is missing.')).toBeVisible()
  await dialog.getByRole('radio', { name: /int8/ }).press('Space')
  const add = dialog.getByRole('button', { name: 'Add as int8' })
  await expect(add).toBeDisabled()
  await dialog.getByRole('checkbox').press('Space')
  await screenshot(page, 'models-found')
  await add.press('Enter')
  await expect(dialog.getByText('Press “Use” above')).toBeVisible({ timeout: 60_000 })
  await expect(dialog.locator('[data-model]')).toHaveCount(2)
})

test('it is verified and put to use', async () => {
  const { page } = hilum
  await untilReadyBehind()
  const row = page.locator('[data-model]').nth(1)
  await row.getByRole('button', { name: 'Verify' }).click()
  await expect(row.getByText(/^Intact: \d+ files/)).toBeVisible({ timeout: 60_000 })
  await row.getByRole('button', { name: 'Use' }).click()
  await expect(row.getByText('● in use')).toBeVisible({ timeout: 60_000 })
  await expect(row.getByRole('button', { name: 'Remove' })).toBeDisabled()
  await screenshot(page, 'models-in-use')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByLabel('Workspace', { exact: true })).toContainText('int8')
})

test('a case is read with it', async () => {
  const { page } = hilum
  await untilReady(page, DEMO_PATIENTS.length)
  await page.locator('[data-case]').first().dblclick()
  await page.keyboard.press('g')
  const text = page.locator('[data-side="baseline"] .text')
  await expect(text).toContainText(/\w+ \w+.*\./s, { timeout: 90_000 })
  // Kept when it is whole, with the model and its licence in its provenance.
  const database = new BetterSqlite(join(hilum.workspace, 'hilum.db'), { readonly: true })
  const kept = (): readonly string[] => database.prepare<[], string>('SELECT body FROM generation').pluck().all()
  await expect.poll(() => kept().length, { timeout: 60_000 }).toBe(1)
  const { provenance } = JSON.parse(kept()[0]!) as { provenance: Record<string, unknown> }
  database.close()
  expect(provenance).toMatchObject({ format: 'int8', licence: expect.stringContaining('not for clinical use') })
  await screenshot(page, 'models-read')
})

/** The demo studies are drawn while the models are looked at. */
async function untilReadyBehind(): Promise<void> {
  await expect(hilum.page.locator('[data-case]')).toHaveCount(DEMO_PATIENTS.length, { timeout: 240_000 })
}
