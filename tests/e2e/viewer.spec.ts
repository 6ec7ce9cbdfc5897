import { expect, test } from '@playwright/test'
import type { Locator, Page } from '@playwright/test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePhantomDicom } from '../../src/dicom/write/writePhantomDicom.ts'
import { launchHilum } from './support/launchHilum.ts'
import type { Launched } from './support/launchHilum.ts'
import { answerDialogs, dropFiles, filmIn, greysAt } from './support/window.ts'

/** Import by path, and what the reader then sees of a film whose every value is known. */
test.describe.configure({ mode: 'serial', timeout: 240_000 })

const SIDE = 512
const BLOCKS = 8
/** 8 x 8 even blocks with the values 0 to 63, under a window so narrow that one value is eight greys. */
const WINDOW = { center: 32, width: 33 }

/** PS3.3 C.11.2.1, written out here once more, apart from the code under test. */
const SHAPES = {
  LINEAR: (value: number, { center, width }: typeof WINDOW): number =>
    Math.min(255, Math.max(0, ((value - (center - 0.5)) / (width - 1) + 0.5) * 255)),
  LINEAR_EXACT: (value: number, { center, width }: typeof WINDOW): number =>
    Math.min(255, Math.max(0, ((value - center) / width + 0.5) * 255)),
  SIGMOID: (value: number, { center, width }: typeof WINDOW): number =>
    255 / (1 + Math.exp((-4 * (value - center)) / width)),
} as const
type Shape = keyof typeof SHAPES

/** A film of the blocks, whose header names the shape of its window. */
function blockFilm(shape: Shape): Uint8Array {
  const pixels = new Uint16Array(SIDE * SIDE)
  const size = SIDE / BLOCKS
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) pixels[y * SIDE + x] = Math.floor(y / size) * BLOCKS + Math.floor(x / size)
  }
  const bytes = writePhantomDicom({
    pixels, rows: SIDE, columns: SIDE, bitsStored: 12, window: WINDOW, pixelSpacing: 0.5, view: 'PA',
    patient: { id: `BLOCKS-${shape}`, name: `BLOCKS^${shape}`, birthDate: '1960-01-01', sex: 'O' },
    study: {
      date: '2026-01-02', time: '10:00:00', accession: shape, description: 'Grey blocks', referringIndication: 'Test.',
    },
  })
  return withFunction(bytes, shape)
}

/** The film with another VOI LUT Function (0028,1056); explicit little endian holds it as tag, CS, length, text. */
function withFunction(bytes: Uint8Array, shape: Shape): Uint8Array {
  const file = Buffer.from(bytes)
  const element = (text: string): Buffer =>
    Buffer.concat([Buffer.from([0x28, 0, 0x56, 0x10, 0x43, 0x53, text.length, 0]), Buffer.from(text, 'latin1')])
  const linear = element('LINEAR')
  const at = file.indexOf(linear)
  if (at < 0) throw new Error('The film names no window function.')
  const named = element(shape.length % 2 === 0 ? shape : `${shape} `)
  return Buffer.concat([file.subarray(0, at), named, file.subarray(at + linear.length)])
}

const folder = mkdtempSync(join(tmpdir(), 'hilum-viewer-'))
const film = (shape: Shape): string => join(folder, `${shape}.dcm`)
const notes = join(folder, 'notes.txt')
let hilum: Launched
let page: Page
let stage: Locator

test.beforeAll(async () => {
  test.setTimeout(150_000)
  for (const shape of ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'] as const) writeFileSync(film(shape), blockFilm(shape))
  writeFileSync(notes, 'Not a film.')
  hilum = await launchHilum({ args: ['--window-size=1440x900'] })
  page = hilum.page
})
test.afterAll(async () => {
  await hilum.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Greys in the middle of every block, row by row. The film is square, so it lies centred across the stage. */
async function blockGreys(): Promise<number[]> {
  const box = await stage.boundingBox()
  if (box === null) throw new Error('The film is not on the screen.')
  const side = Math.min(box.width, box.height)
  const at = (block: number, length: number): number => (length / 2 + ((block + 0.5) / BLOCKS - 0.5) * side) / length
  const rows = Array.from({ length: BLOCKS }, (_, block) => block)
  return greysAt(stage, rows.flatMap((y) => rows.map((x) => [at(x, box.width), at(y, box.height)] as const)))
}

const rowOf = (shape: Shape): Locator =>
  page.locator('[data-case]').filter({ has: page.getByText(`BLOCKS, ${shape}`, { exact: true }) })

function expectGreys(seen: readonly number[], wanted: (value: number) => number): void {
  const worst = Math.max(...seen.map((grey, block) => Math.abs(grey - wanted(block))))
  expect(worst).toBeLessThanOrEqual(1.5) // rounding, and half a step of the card's colour table
}

test('a film is imported by its path, and what is not a film is listed with the reason', async () => {
  await answerDialogs(hilum.app, [film('LINEAR'), film('LINEAR_EXACT'), film('SIGMOID'), notes])
  await page.locator('body').press('o')
  await expect(page.getByLabel('Import')).toContainText('3 films new', { timeout: 60_000 })
  await expect(page.getByLabel('Skipped files')).toContainText('notes.txt')
  await expect(rowOf('LINEAR')).toBeVisible()
})

test('dropping the same film again makes no second copy', async () => {
  await dropFiles(page, [film('LINEAR')])
  await expect(page.getByLabel('Import')).toContainText('1 film already here', { timeout: 60_000 })
  await expect(rowOf('LINEAR')).toHaveCount(1)
})

for (const shape of ['SIGMOID', 'LINEAR_EXACT', 'LINEAR'] as const) {
  test(`a film whose window is ${shape} is shown as PS3.3 says, to a grey`, async () => {
    if ((await page.locator('[data-case]').count()) === 0) await page.keyboard.press('Backspace')
    await rowOf(shape).dblclick()
    stage = await filmIn(page, 'current-frontal')
    await page.locator('[data-side="baseline"]').hover() // the pointer off the film
    if ((await page.locator('[data-overlay]').count()) > 0) await page.keyboard.press('h')
    const wanted = (value: number): number => SHAPES[shape](value, WINDOW)
    await expect.poll(async () => Math.abs(((await blockGreys())[40] ?? 0) - wanted(40))).toBeLessThan(1.5)
    expectGreys(await blockGreys(), wanted)
  })
}

test('inverting turns white into black and back', async () => {
  await page.keyboard.press('i')
  await expect.poll(async () => (await blockGreys())[63]).toBe(0)
  expectGreys(await blockGreys(), (value) => 255 - SHAPES.LINEAR(value, WINDOW))
  await page.keyboard.press('i')
  await expect.poll(async () => (await blockGreys())[63]).toBe(255)
})

test('dragging sets the window that the overlay names, and reset brings the first one back', async () => {
  await page.keyboard.press('h')
  const overlay = page.locator('[data-overlay="window"]').first()
  await expect(overlay).toContainText('C 32 W 33')
  const box = await stage.boundingBox()
  if (box === null) throw new Error('The film is not on the screen.')
  await page.mouse.move(box.x + 100, box.y + 100)
  await page.mouse.down()
  await page.mouse.move(box.x + 160, box.y + 140, { steps: 4 })
  await page.mouse.up()
  await expect(overlay).toContainText('set by hand')
  const [, center, width] = /C (\d+) W (\d+)/.exec(await overlay.innerText()) ?? []
  expect(Number(center)).toBeGreaterThan(32)
  expect(Number(width)).toBeGreaterThan(33)
  await page.locator('[data-side="baseline"]').hover()
  await page.keyboard.press('h')
  await page.keyboard.press('r')
  const off = async (): Promise<number> => Math.abs(((await blockGreys())[31] ?? 0) - SHAPES.LINEAR(31, WINDOW))
  await expect.poll(off).toBeLessThan(1.5)
})

test('the wheel zooms at the pointer and the middle button pans', async () => {
  await page.keyboard.press('h')
  const overlay = page.locator('[data-overlay="zoom"]').first()
  const before = await overlay.innerText()
  const box = await stage.boundingBox()
  if (box === null) throw new Error('The film is not on the screen.')
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  await page.mouse.move(middle.x, middle.y)
  await page.mouse.wheel(0, -600)
  await expect(overlay).not.toHaveText(before)
  const still = await greysAt(stage, [[0.5, 0.4]])
  await page.mouse.down({ button: 'middle' })
  await page.mouse.move(middle.x + 120, middle.y + 90, { steps: 4 })
  await page.mouse.up({ button: 'middle' })
  await expect.poll(async () => greysAt(stage, [[0.5, 0.4]])).not.toEqual(still)
  await page.mouse.dblclick(middle.x, middle.y)
  await expect(overlay).toHaveText(before)
})

test('when the film reader dies the window says so, and retry brings it back', async () => {
  const pid = await hilum.app.evaluate(
    ({ app }) => app.getAppMetrics().find((metric) => metric.type === 'Utility' && metric.name === 'Hilum dicom')?.pid,
  )
  process.kill(pid as number, 'SIGKILL')
  const line = page.getByText('The film reader stopped')
  await expect(line).toBeVisible()
  await page.getByRole('button', { name: 'Retry' }).click()
  await expect(line).toHaveCount(0)
  await page.keyboard.press('Backspace')
  await rowOf('SIGMOID').dblclick()
  await filmIn(page, 'current-frontal')
})
