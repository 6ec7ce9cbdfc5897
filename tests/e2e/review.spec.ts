import { expect, test } from '@playwright/test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEMO_PATIENTS } from '../../src/phantom/demo.ts'
import { readZip } from '../../src/main/exchange/readZip.ts'
import { says, startStubJudge } from '../unit/main/judge/stubJudge.ts'
import { launchHilum } from './support/launchHilum.ts'
import type { Launched } from './support/launchHilum.ts'
import { screenshot } from './support/screenshot.ts'
import { answerDialogs, filmIn, greysAt, untilReady } from './support/window.ts'

/**
 * The main job as a reader does it, in one workspace and in this order: open a case, read, steer, judge by keyboard,
 * come back after a restart, export.
 */
test.describe.configure({ mode: 'serial', timeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'hilum-review-'))
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

/** The name of the case under review: the first of the worklist that has a prior. */
let patient = ''

test('the worklist shows the demo studies and the caution', async () => {
  const { page } = hilum
  await expect(page.getByRole('note').filter({ hasText: 'not for clinical use' })).toBeVisible()
  await untilReady(page, DEMO_PATIENTS.length)
  const rows = page.locator('[data-case]')
  await expect(rows.first()).toHaveAttribute('aria-selected', 'true')
  await expect(rows.filter({ hasText: /months? before|weeks? before|days? before|years? before/ }).first()).toBeVisible()
  await screenshot(page, 'worklist-1440')
})

test('the search narrows the list as it is typed, and the arrows work from the search field', async () => {
  const { page } = hilum
  const rows = page.locator('[data-case]')
  await page.keyboard.press('/')
  await page.keyboard.type('no such patient')
  await expect(rows).toHaveCount(0)
  await expect(page.getByText('No case matches')).toBeVisible()
  await page.getByRole('searchbox').fill('')
  await expect(rows).toHaveCount(DEMO_PATIENTS.length)
  await page.keyboard.press('ArrowDown')
  await expect(rows.nth(1)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Escape')
})

test('a case opens with current and prior, named in words', async () => {
  const { page } = hilum
  const row = page.locator('[data-case]').filter({ hasText: 'before' }).first()
  patient = await row.locator('.name').innerText()
  await row.dblclick()
  await expect(page.getByLabel('Patient', { exact: true })).toContainText(patient)
  await expect(page.locator('[data-slot="current-frontal"] figcaption')).toContainText('CURRENT')
  await expect(page.locator('[data-slot="prior-frontal"] figcaption')).toContainText(/PRIOR, \d+ \w+ before/)
  for (const slot of ['current-frontal', 'prior-frontal']) {
    const stage = await filmIn(page, slot)
    const points = [0.2, 0.35, 0.5, 0.65, 0.8].flatMap((y) => [0.3, 0.5, 0.7].map((x) => [x, y] as const))
    await expect.poll(async () => Math.max(...(await greysAt(stage, points)))).toBeGreaterThan(60)
  }
})

test('the privacy key hides the identifiers and brings them back', async () => {
  const { page } = hilum
  await page.keyboard.press('p')
  await expect(page.getByText(patient)).toHaveCount(0)
  await page.keyboard.press('p')
  await expect(page.getByLabel('Patient', { exact: true })).toContainText(patient)
})

test('the baseline findings are written', async () => {
  const { page } = hilum
  const text = page.locator('[data-side="baseline"] .text')
  await expect(text).toBeVisible({ timeout: 120_000 })
  expect((await text.innerText()).length).toBeGreaterThan(20)
  await expect(page.locator('[data-feature]').first()).toBeVisible()
})

test('the arrows walk through the words and show the features of each', async () => {
  const { page } = hilum
  await page.keyboard.press('ArrowRight')
  const word = (await page.locator('[data-side="baseline"] .cursor').first().innerText()).trim()
  await expect(page.getByRole('tab', { name: `Word “${word}”` })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('q')
  await expect(page.getByRole('tab', { name: 'This case' })).toHaveAttribute('aria-selected', 'true')
})

test('features are searched by words, and one is put in at its measured strength', async () => {
  const { page } = hilum
  await page.keyboard.press('/')
  await page.keyboard.type('no such words')
  await expect(page.getByText('No feature is described by “no such words”.')).toBeVisible()
  await page.getByRole('searchbox').fill('effusion')
  await expect(page.locator('[data-feature], .features .empty').first()).toBeVisible()
  const measured = page.locator('[data-feature]').filter({ hasText: /steers \d/ }).first()
  test.skip((await measured.count()) === 0, 'This dictionary has no feature about effusions with a measured effect.')
  await expect(measured).toContainText(/effusion/i)
  await measured.getByRole('slider').focus()
  await page.keyboard.press('Space')
  await expect(measured).toContainText(/[+−]\d+\.\d+ × max/)
  await page.keyboard.press('Space')
  await expect(measured).toContainText('0.0 × max')
})

test('steering by keyboard changes the findings and marks every edit', async () => {
  const { page } = hilum
  const baseline = await page.locator('[data-side="baseline"] .text').innerText()
  await page.keyboard.press('Escape')
  await page.keyboard.press('q')
  await page.keyboard.press('f')
  const strongest = page.locator('[data-feature]').first()
  await expect(strongest.getByRole('slider')).toBeFocused()
  for (let step = 0; step < 8; step++) await page.keyboard.press('Shift+ArrowRight')
  await expect(strongest).toContainText('+8.0 × max')
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-side="steered"] .text')).toBeVisible({ timeout: 120_000 })
  const steered = await page.locator('[data-side="steered"] .text').innerText()
  expect(steered).not.toBe(baseline)
  await expect(page.locator('[data-state].here')).toHaveText(/^1 ·/)
  await expect(page.locator('.edit').first()).toBeVisible()
  await expect(page.locator('.rules')).toContainText(/Rules: (on-target|off-target|neutral)\. \S/)
  await page.keyboard.press('Escape')
  await screenshot(page, 'steered-1440')
})

test('edits are judged by keyboard and said to be saved', async () => {
  const { page } = hilum
  const edits = page.getByRole('list', { name: 'Edits' }).getByRole('button')
  const state = page.getByTestId('verdict-state')
  const count = await edits.count()
  await page.keyboard.press('2')
  await expect(state).toHaveText(/Not saved yet: category/)
  await page.keyboard.press('3')
  await expect(state).toHaveText(/Not saved yet: S or I/)
  await page.keyboard.press('i')
  await expect(edits.first()).toHaveText(/✗/)
  await expect(edits.first()).toHaveAttribute('data-state', 'saved')
  if (count > 1) {
    await page.keyboard.press('1')
    await expect(edits.nth(1)).toHaveText(/✓/)
    await page.keyboard.press('k')
  }
  await page.keyboard.press('k')
  await expect(state).toHaveText(/^Saved \d\d:\d\d:\d\d$/)
  await expect(page.getByRole('button', { name: 'Wrong location' })).toHaveAttribute('aria-pressed', 'true')
  await screenshot(page, 'verdict-1440')
})

test('a note is written, left, recorded and read again without the mouse', async () => {
  const { page } = hilum
  const edits = page.getByRole('list', { name: 'Edits' }).getByRole('button')
  const state = page.getByTestId('verdict-state')
  const note = page.getByRole('textbox', { name: 'Note on this edit' })
  const verdict = await edits.first().innerText()
  await page.keyboard.press('o')
  await expect(note).toBeFocused()
  await page.keyboard.type('123 uj: other side, ')
  await expect(note).toHaveValue('123 uj: other side, ') // what is typed is text, not keys of the verdicts
  await expect(state).toHaveText('Note not saved yet: Enter')
  await page.keyboard.press('Escape')
  await expect(note).not.toBeFocused()
  await expect(state).toHaveText('Note not saved yet: O, Enter')
  await expect(note).toHaveValue('123 uj: other side, ')
  await page.keyboard.press('o')
  await page.keyboard.type('seen twice')
  await screenshot(page, 'note-typing-1440')
  await page.keyboard.press('Enter')
  await expect(state).toHaveText(/^Saved \d\d:\d\d:\d\d$/)
  await expect(note).not.toBeFocused()
  await expect(edits.first()).toHaveText(verdict)
  await expect(edits.first()).toHaveAttribute('aria-current', 'true')
  await screenshot(page, 'note-1440')

  // The verdict keys are verdict keys again, and the note stays with the verdict that they give.
  for (const key of ['2', '3', 'i']) await page.keyboard.press(key)
  await expect(edits.first()).toHaveAttribute('data-state', 'saved')
  for (let step = await edits.count(); step > 0; step--) await page.keyboard.press('k')
  await expect(edits.first()).toHaveAttribute('aria-current', 'true')
  await expect(edits.first()).toHaveText(verdict)
  await expect(note).toHaveValue('123 uj: other side, seen twice')
  if ((await edits.count()) > 1) {
    await page.keyboard.press('j')
    await expect(note).toHaveValue('')
    await page.keyboard.press('k')
    await expect(note).toHaveValue('123 uj: other side, seen twice')
  }
})

test('the lateral, the swap and the toggle are one key each', async () => {
  const { page } = hilum
  const slots = page.locator('[data-slot]')
  const keys = (): Promise<string[]> => slots.evaluateAll((all) => all.map((one) => one.getAttribute('data-slot') ?? ''))
  await page.keyboard.press('l')
  expect(await keys()).toEqual(['current-frontal', 'prior-frontal', 'current-lateral', 'prior-lateral'])
  await page.keyboard.press('l')
  await page.keyboard.press('x')
  expect(await keys()).toEqual(['prior-frontal', 'current-frontal'])
  await page.keyboard.press('x')
  await page.keyboard.press('t')
  expect(await keys()).toEqual(['current-frontal'])
  await page.keyboard.press('t')
  expect(await keys()).toEqual(['prior-frontal'])
  await page.keyboard.press('d')
  expect(await keys()).toEqual(['current-frontal', 'prior-frontal'])
})

test('after a restart the verdicts are where they were', async () => {
  const judged = await hilum.page.locator('.strip [data-state="saved"]').count()
  await hilum.app.close()
  hilum = await launchHilum({ workspace, args: ['--window-size=2560x1440'] })
  const { page } = hilum
  const row = page.locator('[data-case]').filter({ hasText: patient })
  await expect(row).toContainText(/In progress|Judged/, { timeout: 60_000 })
  await row.dblclick()
  await expect(page.locator('[data-side="steered"] .text')).toBeVisible()
  await expect(page.locator('.strip [data-state="saved"]')).toHaveCount(judged)
  const first = page.getByRole('list', { name: 'Edits' }).getByRole('button').first()
  await expect(first).toHaveText(/✗/)
  await first.click()
  await expect(page.getByRole('textbox', { name: 'Note on this edit' })).toHaveValue('123 uj: other side, seen twice')
  await filmIn(page, 'prior-frontal')
  await screenshot(page, 'steered-2560')
})

test('the export key writes the verdicts to one file', async () => {
  const out = join(folder, 'export.zip')
  await answerDialogs(hilum.app, [out])
  await hilum.page.keyboard.press('e')
  await expect(hilum.page.getByText(/^✓?\s*Exported \d+ verdicts? to /)).toBeVisible({ timeout: 60_000 })
  const verdicts = readZip(readFileSync(out), { entries: 9, bytes: 1e8 }).get('verdicts.csv')
  const rows = Buffer.from(verdicts!).toString('utf8').split('\n').filter((row) => row.includes(',reader,'))
  // The verdict without a note, the note, and the verdict given again: nothing that was kept was written over.
  expect(rows.filter((row) => row.includes('wrong-location')).length).toBe(3)
  expect(rows.filter((row) => row.includes('123 uj: other side, seen twice')).length).toBe(2)
})

test('a reader says what a feature stands for, and the rules follow, with the numbers of the corpus', async () => {
  const { page } = hilum
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await page.keyboard.type('pleural effusion')
  await expect(page.locator('[data-feature]').first()).toContainText(/effusion/i)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await expect(page.locator('[data-feature]').first()).toContainText(/[+−](?!0\.0 )\d+\.\d+ × max/)
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-side="steered"] .text')).toContainText(/effusion/i, { timeout: 120_000 })
  await expect(page.getByTestId('target')).toContainText('Target, as its interpretation says')
  await page.keyboard.press('Shift+F')
  const editor = page.getByRole('dialog')
  const checked = editor.getByRole('checkbox', { checked: true })
  while ((await checked.count()) > 0) await checked.first().uncheck()
  await editor.getByRole('checkbox', { name: 'cardiomegaly' }).check()
  await screenshot(page, 'target-2560')
  await page.keyboard.press('Enter')
  await expect(editor).toHaveCount(0)
  await expect(page.getByTestId('target')).toContainText('says: cardiomegaly')
  // The effusion that came is off-target now, and the screen says whether it goes with a large heart.
  const said: string[] = []
  for (const edit of await page.getByRole('list', { name: 'Edits' }).getByRole('button').all()) {
    await edit.click()
    const why = (await page.getByTestId('correlation').innerText()).trim()
    if (why === '') continue
    said.push(why)
    if (said.length === 1) await screenshot(page, 'correlation-2560')
  }
  expect(said.join('\n')).toMatch(/pleural effusion goes with cardiomegaly in \d+ of \d+ reports, lift 1\.\d \(1\.\d–1\.\d\)/)
})

test('a language model is asked once its address and every word that goes there were shown', async () => {
  const { page } = hilum
  const stub = await startStubJudge((response, text, request) => {
    const edits = (text.match(/\\n\d+\. (?:added|removed|changed|reworded)/g) ?? []).map((_, at) =>
      ({ edit: at + 1, verdict: 'neutral', category: null, significance: null, why: 'Reads alike.' }))
    says(edits.length > 0 ? JSON.stringify({ edits }) : 'As expected.\nRating: [[2]]')(response, text, request)
  })
  try {
    await page.keyboard.press('Escape')
    await page.keyboard.press('Shift+O')
    const judge = page.getByTestId('judge')
    await expect(judge).toContainText('The judge is off: nothing is sent.')
    await judge.getByLabel('Address').fill(stub.address)
    await judge.getByLabel('Model').fill('stub')
    await judge.getByRole('button', { name: 'Turn on' }).click()
    await expect(judge.getByLabel('What is sent')).toContainText('Answer with one JSON object')
    await screenshot(page, 'judge-2560')
    expect(stub.asked).toEqual([])
    await judge.getByRole('button', { name: 'Send' }).click()
    await expect(page.getByTestId('judge-scores')).toHaveText('stub: concept 2 of 2, fluency 2 of 2, overall 2.00')
    await page.keyboard.press('Escape')
    await expect(judge).toHaveCount(0)
    await expect(page.getByTestId('model-verdict')).toHaveText('Model stub: neutral. Reads alike.')
    await screenshot(page, 'judged-2560')
  } finally {
    await stub.close()
  }
})

test('every key stands in the help', async () => {
  const { page } = hilum
  await page.keyboard.press('?')
  const help = page.getByRole('dialog')
  await expect(help).toContainText('Take the verdict back')
  await expect(help).toContainText('Write a note on the edit')
  await expect(page.locator('header .caution')).toBeVisible() // the help leaves the frame uncovered
  await page.keyboard.press('Escape')
  await expect(help).toHaveCount(0)
})
