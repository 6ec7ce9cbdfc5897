import { expect, test } from '@playwright/test'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DEMO_PATIENTS } from '../../src/phantom/demo.ts'
import { launchHilum, ROOT } from './support/launchHilum.ts'
import type { Launched } from './support/launchHilum.ts'
import { screenshot } from './support/screenshot.ts'
import { answerDialogs, untilReady } from './support/window.ts'

/**
 * A review set from plan to results, in this order: the study lead plans it on the command line and has its reports
 * written in the window; a reader signs in and answers by keyboard; the blinding is opened, and the results open the
 * items behind their numbers.
 */
test.describe.configure({ mode: 'serial', timeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'hilum-set-'))
const workspace = join(folder, 'workspace')
let hilum: Launched

test.beforeAll(async () => {
  test.setTimeout(150_000)
  hilum = await launchHilum({ workspace, args: ['--window-size=1440x900'] })
})
test.afterAll(async () => {
  await hilum.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs the command line on the same workspace, beside the window. */
async function cli(...args: readonly string[]): Promise<Record<string, unknown>> {
  const all = [join(ROOT, 'src/cli/hilum.ts'), ...args, '--workspace', workspace, '--json']
  const { stdout } = await promisify(execFile)(process.execPath, all)
  return JSON.parse(stdout) as Record<string, unknown>
}

test('a study lead plans a set, and the window writes its reports', async () => {
  const { page } = hilum
  await untilReady(page, DEMO_PATIENTS.length)
  const cases = (await cli('cases')).cases as { id: string }[]
  const features = (await cli('features', '--query', 'effusion')).features as { index: number }[]
  await cli(
    'set', 'create', 'Pilot', '--cases', cases.slice(0, 2).map((one) => one.id).join(','), '--features',
    String(features[0]!.index), '--strengths', '1,6', '--controls', 'baseline', '--readers', 'Ada,Ben', '--seed', '7',
  )
  await page.keyboard.press('Shift+S')
  await expect(page.getByRole('table', { name: 'Review sets' })).toContainText('Pilot')
  await page.getByRole('button', { name: /^Plan a set/ }).click()
  await page.getByLabel('Name').fill('Next')
  await page.getByLabel('Readers', { exact: true }).fill('Ada')
  await page.getByRole('button', { name: /^#\d+/ }).first().click()
  await expect(page.getByRole('form', { name: 'Plan a review set' }).getByRole('status')).toContainText('reports to write')
  await screenshot(page, 'plan-1440')
  await page.keyboard.press('Escape')
  await screenshot(page, 'sets-1440')
  await page.getByRole('table', { name: 'Review sets' }).click()
  await page.keyboard.press('g')
  await expect(page.getByRole('row', { name: /Pilot/ })).toContainText('frozen', { timeout: 120_000 })
})

test('a reader signs in, and answers every item by keys alone', async () => {
  const { page } = hilum
  await page.getByLabel('New on this machine').check()
  await page.getByLabel('Name').fill('Ada')
  await page.getByLabel('PIN', { exact: true }).fill('2468')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Signed in as Ada')).toBeVisible()
  await expect(page.getByRole('row', { name: /Pilot/ })).toContainText('5 of 5 to read')
  await page.keyboard.press('Enter')
  for (let item = 1; item <= 5; item++) {
    await expect(page.getByText(`item ${item} of 5`)).toBeVisible()
    await expect(page.getByRole('region', { name: 'Report A' })).not.toBeEmpty()
    if (item === 1) await page.waitForTimeout(1500) // for the picture alone: the films are drawn by then
    await screenshot(page, `item-${item}-1440`)
    const edits = await page.getByRole('list', { name: 'Edits' }).getByRole('button', { name: /^Edit/ }).count()
    for (let edit = 0; edit < edits; edit++) {
      for (const key of edit % 2 === 0 ? ['1'] : ['2', '1', 's']) await page.keyboard.press(key)
    }
    await page.keyboard.press(edits === 0 ? '1' : '3')
    await expect(page.getByRole('status').filter({ hasText: 'Enter submits and locks' })).toBeVisible()
    if (item === 2) await screenshot(page, 'item-complete-1440')
    await page.keyboard.press('Enter')
  }
  await expect(page.getByText('Every item of this set is answered')).toBeVisible()
  await expect(page.getByRole('row', { name: /Pilot/ })).toContainText('Ada 5/5')
})

test('the results open the items behind their numbers, and save a chart', async () => {
  const { app, page } = hilum
  await page.keyboard.press('Shift+V')
  await expect(page.getByText('is blinded: its results would tell')).toBeVisible()
  await page.getByLabel('Your name').fill('Lead')
  await page.getByLabel('Reason').fill('The reading is over.')
  await page.keyboard.press('Enter')
  await expect(page.getByText('What steering did')).toBeVisible({ timeout: 30_000 })
  await page.waitForTimeout(800) // for the picture alone: the charts are drawn by then
  await screenshot(page, 'results-1440')
  await page.getByRole('button', { name: /^Target came about/ }).click()
  await expect(page.getByLabel('Items behind the number').getByRole('listitem').first()).toContainText('by Ada')
  await page.locator('.charts').evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await screenshot(page, 'results-end-1440')
  const chart = join(folder, 'chart.svg')
  await answerDialogs(app, [chart])
  await page.getByRole('button', { name: 'SVG' }).first().click()
  await expect(page.getByText(`Saved ${chart}`)).toBeVisible()
  expect(readFileSync(chart, 'utf8')).toContain('On-target only')
  const { results } = (await cli('results', 'Pilot')) as { results: { answers: number; overall: { judge: string }[] } }
  expect(results.answers).toBe(5)
  expect(results.overall.map((row) => row.judge)).toEqual(['rules', 'Ada'])
  expect(await cli('audit', 'verify')).toMatchObject({ ok: true, frozenSets: 1 })
})

test('a reader rates an interpretation and detects a feature by it', async () => {
  const { page } = hilum
  const features = (await cli('features', '--query', 'effusion')).features as { index: number }[]
  const about = ['--features', String(features[0]!.index), '--readers', 'Ada'] as const
  await page.keyboard.press('Backspace')
  for (const [name, task, keys] of [
    ['Words', 'interpretation', ['4', '5', '3']], ['By eye', 'detection', ['1', '2', '1', '2', '1', '2', '1', '2', '1', '2']],
  ] as const) {
    await cli('set', 'create', name, '--task', task, ...about)
    await cli('set', 'run', name)
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Shift+S')
    const row = page.getByRole('row', { name: new RegExp(name) })
    await expect(row).toContainText('1 of 1 to read')
    await row.click()
    await page.keyboard.press('Enter')
    await expect(page.getByText('Interpretation:')).toBeVisible()
    for (const key of keys) await page.keyboard.press(key)
    await screenshot(page, `${task}-1440`)
    await page.keyboard.press('Enter')
    await expect(row).toContainText('Ada 1/1')
  }
  const { results } = (await cli('results', 'Words')) as { results?: { ratings: { clarity: number }[] } }
  expect(results?.ratings[0]?.clarity).toBe(4)
})
