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

const marks = (): Locator => stage.locator('[data-mark]')

/** Clicks at shares of the stage, one after the other. */
async function click(...points: readonly (readonly [number, number])[]): Promise<void> {
  const box = await stage.boundingBox()
  if (box === null) throw new Error('The film is not on the screen.')
  for (const [x, y] of points) await hilum.page.mouse.click(box.x + x * box.width, box.y + y * box.height)
}

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

test('a length is measured with its standing, calibrated, undone and redone', async () => {
  const { page } = hilum
  await page.keyboard.press('Shift+L')
  await click([0.3, 0.4], [0.7, 0.4])
  await expect(marks().getByText(/^\d+(\.\d)? mm \(detector\)$/)).toBeVisible()
  await page.keyboard.press('Shift+K')
  await click([0.3, 0.5], [0.7, 0.5])
  await page.keyboard.type('soon')
  await page.keyboard.press('Enter')
  await expect(stage.getByRole('alert')).toContainText('Give a length in mm')
  await stage.getByRole('textbox').fill('150')
  await page.keyboard.press('Enter')
  await expect(marks().getByText('150 mm (calibrated)', { exact: true })).toBeVisible() // the first line is as long
  await expect(stage).toContainText('lengths calibrated here by a line of 150 mm')
  await page.keyboard.press('Control+z')
  await expect(marks().getByText('mm (detector)')).toBeVisible()
  await page.keyboard.press('Control+y')
  await expect(marks().getByText('150 mm (calibrated)', { exact: true })).toBeVisible()
})

test('the cardiothoracic ratio is two lines and one number', async () => {
  await hilum.page.keyboard.press('Shift+C')
  await click([0.4, 0.62], [0.65, 0.62], [0.25, 0.7], [0.75, 0.7])
  await expect(marks().getByText('CTR 0.50')).toBeVisible()
  await expect(stage.locator('[data-mark="ratio"]')).toContainText(/\d+(\.\d)? mm \(calibrated\) \/ \d+/)
})

test('a region is drawn without the mouse', async () => {
  const { page } = hilum
  await page.keyboard.press('Shift+E')
  await page.keyboard.press('Enter')
  for (let step = 0; step < 3; step++) {
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Shift+ArrowDown')
  }
  await page.keyboard.press('Enter')
  const ellipse = page.locator('[data-mark="ellipse"]')
  await expect(ellipse).toContainText(/mean \d+, SD \d+\d+ to \d+, \d+ pixels/)
  await screenshot(page, 'measure-1440')
  await page.keyboard.press('Delete')
  await expect(ellipse).toHaveCount(0)
})

test('after a restart the measurements are where they were', async () => {
  await hilum.app.close()
  hilum = await launchHilum({ workspace, args: ['--window-size=1920x1080'] })
  const { page } = hilum
  await untilReady(page, DEMO_PATIENTS.length)
  await page.locator('[data-case]').filter({ hasText: 'PHANTOM-04' }).dblclick()
  stage = await filmIn(page, 'current-frontal')
  await expect(marks().getByText('150 mm (calibrated)', { exact: true })).toBeVisible()
  await expect(marks().getByText('CTR 0.50')).toBeVisible()
  await expect(marks()).toHaveCount(3)
  await screenshot(page, 'measure-1920')
})
