import { expect, test } from '@playwright/test'
import type { Locator } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEMO_PATIENTS } from '../../src/phantom/demo.ts'
import { launchHilum } from './support/launchHilum.ts'
import type { Launched } from './support/launchHilum.ts'
import { screenshot } from './support/screenshot.ts'
import { filmIn, untilReady } from './support/window.ts'

/** Reading a film with its tools, in one workspace and in this order, as a radiologist would try them out. */
test.describe.configure({ mode: 'serial', timeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'hilum-reading-'))
const workspace = join(folder, 'workspace')
let hilum: Launched
let stage: Locator

test.beforeAll(async () => {
  test.setTimeout(150_000)
  hilum = await launchHilum({ workspace, args: ['--window-size=1440x900'] })
})
test.afterAll(async () => {
  await hilum.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the findings are located on the current film, and sentence and box mark each other', async () => {
  const { page } = hilum
  await untilReady(page, DEMO_PATIENTS.length)
  await page.locator('[data-case]').filter({ hasText: 'PHANTOM-04' }).dblclick() // a tube, a line and an opacity
  stage = await filmIn(page, 'current-frontal')
  await expect(page.locator('[data-side="baseline"] .text')).toBeVisible({ timeout: 120_000 })
  await page.keyboard.press('y')
  const sentences = page.getByRole('list', { name: 'Grounded findings' })
  await expect(sentences).toBeVisible({ timeout: 120_000 })
  const boxes = stage.locator('[data-box]')
  await expect(boxes.first()).toBeVisible()
  await expect(page.locator('[data-slot="prior-frontal"] [data-box]')).toHaveCount(0)
  await expect(stage).toContainText('by the model, not checked')

  await page.keyboard.press('ArrowRight')
  await expect(stage.locator('.box.marked')).toHaveCount(1)
  const index = await stage.locator('.box.marked').getAttribute('data-box')
  await expect(sentences.locator(`[data-sentence="${index}"] button`)).toHaveClass(/marked/)

  const last = sentences.getByRole('button').last()
  await last.hover()
  const other = await sentences.locator('li').filter({ has: page.locator('.marked') }).getAttribute('data-sentence')
  await expect(stage.locator(`.box.marked[data-box="${other}"]`)).not.toHaveCount(0)
  await stage.locator(`[data-box="${index}"]`).first().hover()
  await expect(sentences.locator(`[data-sentence="${index}"] button`)).toHaveClass(/marked/)
  await screenshot(page, 'boxes-1440')

  await page.keyboard.press('y')
  await expect(boxes).toHaveCount(0)
  await expect(page.locator('[data-side="baseline"] .text')).toBeVisible()
})
