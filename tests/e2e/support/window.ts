import { expect } from '@playwright/test'
import type { ElectronApplication, Locator, Page } from '@playwright/test'

/** Waits until the demo studies are drawn and the model is open: minutes at first start on a slow machine. */
export async function untilReady(page: Page, cases: number): Promise<void> {
  await expect(page.locator('[data-case]')).toHaveCount(cases, { timeout: 240_000 })
  await expect(page.getByText(/\d+ features at layer \d+/).first()).toBeVisible({ timeout: 120_000 })
}

/** The stage of a slot once its film is drawn. */
export async function filmIn(page: Page, slot: string): Promise<Locator> {
  const stage = page.locator(`[data-slot="${slot}"] .stage`)
  await expect(stage).toHaveAttribute('data-state', 'shown', { timeout: 60_000 })
  return stage
}

/** Displayed grey (0 to 255) at points given as shares of the canvas, read from the pixels on the screen. */
export async function greysAt(stage: Locator, points: readonly (readonly [number, number])[]): Promise<number[]> {
  const shot = (await stage.screenshot()).toString('base64')
  return stage.page().evaluate(
    async ({ shot, points }) => {
      const image = new Image()
      image.src = `data:image/png;base64,${shot}`
      await image.decode()
      const canvas = new OffscreenCanvas(image.width, image.height)
      const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D
      context.drawImage(image, 0, 0)
      return points.map(([x, y]) => {
        const at = context.getImageData(Math.floor(x * image.width), Math.floor(y * image.height), 1, 1)
        return at.data[0] as number
      })
    },
    { shot, points },
  )
}

/** Has the system's dialogs answer with these paths in place of a reader. */
export async function answerDialogs(app: ElectronApplication, paths: readonly string[]): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    const path = chosen[0] ?? ''
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [...chosen] })
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path })
  }, paths)
}

/** Drops files from outside onto the middle of the window. */
export async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data })
  }
  await session.detach()
}
