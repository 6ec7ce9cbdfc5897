import { expect, test } from '@playwright/test'
import type { Locator } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEMO_PATIENTS } from '../../src/phantom/demo.ts'
import { launchHilum } from './support/launchHilum.ts'
import type { Launched } from './support/launchHilum.ts'
import { clippedTexts, expectAccessible } from './support/axe.ts'
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
  await expectAccessible(page, 'worklist')
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
  await expectAccessible(page, 'case with boxes')

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
  await expectAccessible(page, 'case with measurements')
  await page.keyboard.press('Delete')
  await expect(ellipse).toHaveCount(0)
})

test('windows, turns and the loupe are a key each, and reset takes them all back', async () => {
  const { page } = hilum
  const overlay = stage.locator('[data-overlay="window"]')
  await stage.hover()
  const opening = await overlay.innerText()
  await page.keyboard.press('6')
  await expect(overlay).toContainText('Lungs')
  await page.keyboard.press('.')
  await page.keyboard.press('Shift+H')
  await expect(overlay).toContainText('mirrored, turned 270°')
  await expect(stage.locator('.side.left')).toHaveText('H')
  await expect(page.locator('[data-slot="prior-frontal"] [data-overlay="window"]')).not.toContainText('turned')
  // In a long run the first press was now and then lost, for a reason not found yet: press again until it is there.
  let x = 150
  await expect(async () => {
    if ((await stage.locator('.loupe').count()) === 0) await page.keyboard.press('s')
    await stage.hover({ position: { x: (x += 5), y: 200 } })
    await expect(stage.locator('.loupe')).toBeVisible({ timeout: 1000 })
  }).toPass({ timeout: 15_000 })
  await expect(async () => {
    if ((await stage.locator('.loupe').count()) > 0) await page.keyboard.press('s')
    await expect(stage.locator('.loupe')).toHaveCount(0, { timeout: 1000 })
  }).toPass({ timeout: 15_000 })
  await page.keyboard.press('r')
  await expect(overlay).toHaveText(opening)
})

test('the tags of a film are found as they are typed, without names while privacy is on', async () => {
  const { page } = hilum
  await page.keyboard.press('p')
  await page.keyboard.press('Shift+D')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('searchbox').fill('patient')
  await expect(dialog.locator('tbody tr').filter({ hasText: 'PatientName' })).toContainText('••••')
  await dialog.getByRole('searchbox').fill('0028,1050')
  await expect(dialog.locator('tbody tr')).toHaveCount(1)
  await expectAccessible(page, 'tags')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await page.keyboard.press('p')
})

test('the films are copied as they are seen', async () => {
  const { app, page } = hilum
  await app.evaluate(({ clipboard }) => clipboard.clear())
  await page.keyboard.press('Control+c')
  await expect(page.getByText('The films are in the clipboard.')).toBeVisible()
  const copied = await app.evaluate(({ clipboard }) => {
    const older = clipboard as unknown as { readImage?(): { isEmpty(): boolean } }
    return older.readImage === undefined ? clipboard.has('image/png') : !older.readImage().isEmpty()
  })
  expect(copied).toBe(true)
})

test('the reader gives a key and a mouse button another meaning, and a key that is taken is refused', async () => {
  const { page } = hilum
  await page.keyboard.press('Control+,')
  const settings = page.getByRole('dialog')
  const invert = settings.getByRole('button', { name: 'change the key of “Invert”' })
  await invert.click()
  await page.keyboard.press('q')
  await expect(settings.getByRole('status')).toContainText('already means “Top features of this case”')
  await invert.click()
  await page.keyboard.press('c')
  await expect(settings.getByRole('status')).toHaveText('C now means “Invert”.')
  await settings.getByLabel('Left drag').selectOption('pan')
  await screenshot(page, 'settings-1440')
  await expectAccessible(page, 'settings')
  await page.keyboard.press('Escape')
  await stage.hover()
  await page.keyboard.press('c')
  await expect(stage.locator('[data-overlay="window"]')).toContainText('inverted')
  await page.keyboard.press('c')
  await expect(page.getByRole('button', { name: 'Invert' })).toContainText('C')
})

test('where a feature fires is shown on the films, with a caution, and on the words', async () => {
  const { page } = hilum
  await page.locator('[data-feature]').first().hover()
  await page.keyboard.press('Shift+W')
  await expect(stage.locator('.legend')).toContainText(/up to \d+(\.\d+)? % of its maximum|not active on this film/)
  await expect(stage.locator('.legend')).toContainText('the dictionary never learned these tokens')
  await expect(page.locator('[data-side="baseline"] [data-word][style*="--feature"]').first()).toBeVisible()
  await screenshot(page, 'feature-1440')
  // However many findings a feature's target names, the panel keeps its width.
  for (const row of await page.locator('[data-feature]').all()) {
    await row.scrollIntoViewIfNeeded()
    await row.hover()
    await expect(page.getByTestId('target')).toBeVisible()
    await expect(row.getByText('× max')).toBeInViewport({ ratio: 1 })
  }
  await page.locator('[data-feature]').first().hover()
  await expectAccessible(page, 'case with a feature map')
  await page.keyboard.press('Shift+W')
  await expect(page.locator('.legend')).toHaveCount(0)
})

test('a wrong view is corrected in one click, and the wall follows', async () => {
  const { page } = hilum
  const caption = page.locator('[data-slot="current-frontal"] figcaption')
  await caption.getByRole('button', { name: 'Filed as frontal' }).click()
  await expect(page.getByText(/Filed as lateral, and remembered; the file says PA/)).toBeVisible()
  await expect(page.locator('[data-slot="current-frontal"] .absent')).toContainText('No frontal film in this study')
  await caption.getByRole('button', { name: 'Put back' }).click()
  await filmIn(page, 'current-frontal')
})

test('after a restart measurements and films are as they were left', async () => {
  await stage.hover()
  await hilum.page.keyboard.press('8')
  await hilum.page.keyboard.press('.')
  await expect(stage.locator('[data-overlay="window"]')).toContainText('turned 90°')
  await hilum.page.waitForTimeout(500) // a change is kept a moment after the last
  await hilum.app.close()
  hilum = await launchHilum({ workspace, args: ['--window-size=1920x1080'] })
  const { page } = hilum
  await untilReady(page, DEMO_PATIENTS.length)
  await page.locator('[data-case]').filter({ hasText: 'PHANTOM-04' }).dblclick()
  stage = await filmIn(page, 'current-frontal')
  await expect(marks().getByText('150 mm (calibrated)', { exact: true })).toBeVisible()
  await expect(marks().getByText('CTR 0.50')).toBeVisible()
  await expect(marks()).toHaveCount(3)
  await expect(stage.locator('[data-overlay="window"]')).toContainText('Lines and tubes · turned 90°')
  await screenshot(page, 'measure-1920')
})

test('a case is read, steered and judged without the mouse', async () => {
  const { page } = hilum
  await page.mouse.move(2, 2)
  await page.keyboard.press('Backspace')
  await expect(page.locator('[data-case][aria-selected="true"]')).toContainText('PHANTOM-04')
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await filmIn(page, 'current-frontal')
  await expect(page.locator('[data-side="baseline"] .text')).toBeVisible({ timeout: 120_000 })
  await page.keyboard.press('f')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-side="steered"] .text')).toBeVisible({ timeout: 120_000 })
  const edits = page.getByRole('list', { name: 'Edits' }).getByRole('button')
  if ((await edits.count()) > 0) {
    await page.keyboard.press('1')
    await expect(edits.first()).toHaveAttribute('data-state', 'saved')
  }
  await expectAccessible(page, 'case with edits')
  await page.keyboard.press('?')
  await expectAccessible(page, 'keys')
  await page.keyboard.press('Escape')
  await page.keyboard.press('n')
  await expect(page.locator('.place')).toContainText('Case 2 of')
})

for (const [width, height] of [[1440, 900], [1920, 1080], [2560, 1440]] as const) {
  test(`at ${width} x ${height} no text is cut and no row runs out of the window`, async () => {
    const { app, page } = hilum
    await app.evaluate(
      ({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h), [width, height] as const,
    )
    // A screen that is no larger than the window keeps a pixel or two for its border.
    await expect.poll(() => page.evaluate(() => window.innerWidth)).toBeGreaterThanOrEqual(width - 4)
    await filmIn(page, 'current-frontal')
    await screenshot(page, `case-${width}`)
    expect(await clippedTexts(page)).toEqual([])
  })
}
