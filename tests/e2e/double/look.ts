import { chromium } from '@playwright/test'
import { createServer } from 'node:http'
import { mkdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

/** Takes the screenshots of the window on the double, at both sizes, into the folder given. */
const ROOT = join(import.meta.dirname, '../../../test-results/double')
const OUT = process.argv[2] ?? join(import.meta.dirname, '../../../test-results/screens')
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
mkdirSync(OUT, { recursive: true })

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  try {
    const body = readFileSync(join(ROOT, path === '/' ? 'index.html' : path))
    response.writeHead(200, { 'content-type': TYPES[extname(path === '/' ? '.html' : path)] ?? 'text/html' }).end(body)
  } catch {
    response.writeHead(404).end()
  }
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as { port: number }

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
})
const only = process.argv[3]
for (const [width, height] of [
  [1440, 900],
  [2560, 1440],
] as const) {
  if (only !== undefined && only !== String(width)) continue
  const page = await browser.newPage({ viewport: { width, height } })
  page.on('console', (message) => console.log(message.type(), message.text()))
  page.on('pageerror', (error) => console.log('page error', error.message))
  const shot = (name: string): Promise<unknown> => page.screenshot({ path: join(OUT, `${name}-${width}.png`) })
  await page.goto(`http://127.0.0.1:${port}/`)
  await page.getByRole('row', { name: /BLOM/ }).waitFor()
  await page.keyboard.press('ArrowDown')
  await shot('worklist')
  await page.keyboard.press('Enter')
  await page.waitForTimeout(900)
  await shot('streaming')
  await page.locator('[data-side="baseline"] .text').waitFor()
  await page.waitForTimeout(2500)
  await shot('baseline')
  await page.keyboard.press('f')
  for (let at = 0; at < 3; at++) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.locator('[data-side="steered"] .text').waitFor({ timeout: 20_000 })
  await page.keyboard.press('Escape')
  await page.waitForTimeout(300)
  await shot('steered')
  await page.keyboard.press('1')
  await page.waitForTimeout(200)
  await page.keyboard.press('2')
  await page.keyboard.press('3')
  await page.waitForTimeout(200)
  await shot('verdict')
  await page.keyboard.press('s')
  await page.keyboard.press('l')
  await page.keyboard.press('e')
  await page.waitForTimeout(2500)
  await shot('lateral')
  await page.keyboard.press('?')
  await page.waitForTimeout(300)
  await shot('help')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Backspace')
  await page.keyboard.press('o')
  await page.waitForTimeout(1200)
  await shot('import')
  await page.close()
}
await browser.close()
server.close()
