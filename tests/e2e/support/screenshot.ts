import type { Page } from '@playwright/test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './launchHilum.ts'

/** Writes `test-results/screens/NAME.png` for people to look at, and returns its path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const folder = join(ROOT, 'test-results/screens')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path })
  return path
}
