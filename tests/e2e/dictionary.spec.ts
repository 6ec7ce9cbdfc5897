import { expect, test } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEMO_PATIENTS } from '../../src/phantom/demo.ts'
import { FACTOR, writeForeignDictionary, type ForeignDictionary } from '../fixtures/foreignDictionary.ts'
import { launchHilum, ROOT } from './support/launchHilum.ts'
import type { Launched } from './support/launchHilum.ts'
import { screenshot } from './support/screenshot.ts'
import { answerDialogs, untilReady } from './support/window.ts'

/** Somebody else's dictionary, from its file to the one in use, by keys: added, measured, settled, chosen. */
test.describe.configure({ mode: 'serial', timeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'hilum-dictionary-'))
let hilum: Launched
let foreign: ForeignDictionary

test.beforeAll(async () => {
  test.setTimeout(150_000)
  foreign = await writeForeignDictionary(join(folder, 'foreign'), join(ROOT, 'resources/dictionary'))
  hilum = await launchHilum({ workspace: join(folder, 'workspace'), args: ['--window-size=1440x900'] })
})
test.afterAll(async () => {
  await hilum.close()
  rmSync(folder, { recursive: true, force: true })
})

const row = (name: string | RegExp) =>
  hilum.page.getByRole('table', { name: 'Dictionaries of the workspace' }).getByRole('row', { name })

test('a dictionary is added with its interpretations, seen before they are taken over', async () => {
  const { app, page } = hilum
  await untilReady(page, DEMO_PATIENTS.length)
  await page.keyboard.press('Shift+D')
  await expect(row("The model's own")).toContainText('in use')
  await answerDialogs(app, [foreign.path])
  await page.keyboard.press('a')
  const form = page.getByRole('form', { name: 'Add a dictionary' })
  await expect(form.getByLabel('Name')).toBeFocused()
  await page.keyboard.type('Zebra')
  await answerDialogs(app, [foreign.table])
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(form.getByRole('alert')).toContainText('is not a share from 0 to 1')
  await expect(form.getByLabel('Interpretation', { exact: true })).toHaveValue('explanation')
  await form.getByLabel('per cent').first().check()
  await expect(form.getByRole('cell', { name: 'Zebra stripes' })).toBeVisible()
  await expect(form.getByRole('cell', { name: '0.91' })).toBeVisible()
  await screenshot(page, 'dictionary-add-1440')
  await form.getByLabel('Name').press('Enter')
  await expect(row(/Zebra/)).toContainText('not calibrated', { timeout: 60_000 })
})

test('it is measured where it reads the model, settled there on the evidence, and put to use', async () => {
  const { page } = hilum
  await page.keyboard.press('c')
  const hooks = page.getByRole('table', { name: 'Hooks, the likeliest first' })
  await expect(hooks).toBeVisible({ timeout: 120_000 })
  const first = hooks.getByRole('row', { selected: true })
  await expect(first).toContainText(`divided by ${FACTOR}`)
  await expect(first.getByRole('cell').nth(1)).toHaveText(String(foreign.layer))
  await screenshot(page, 'dictionary-evidence-1440')
  await page.keyboard.press('ArrowDown')
  await expect(hooks.getByLabel('Hook 2')).toBeChecked()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(row(/Zebra/)).toContainText(`block ${foreign.layer}, divided by ${FACTOR}`, { timeout: 120_000 })
  await page.keyboard.press('u')
  await expect(row(/Zebra/)).toContainText('in use', { timeout: 60_000 })
  await screenshot(page, 'dictionary-used-1440')
  await page.keyboard.press('Escape')
  await expect(page.getByText(`${foreign.features} features at layer ${foreign.layer}`).first()).toBeVisible()
})
