import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'
import axe from 'axe-core'

/** WCAG 2.2 up to AA, and what axe's makers hold to be good practice beside it. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Axe finds no fault that it calls serious or critical in what the window shows now. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(axe.source)
  const found = await page.evaluate(async (values) => {
    const run = (window as unknown as { axe: typeof axe }).axe.run
    const { violations } = await run(document, { runOnly: { type: 'tag', values } })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`)
  }, TAGS)
  expect(found, what).toEqual([])
}

/** Buttons, labels and captions whose text does not fit into them, and rows of tools that run out of the window. */
export function clippedTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts = [...document.querySelectorAll<HTMLElement>('button, button .clip, kbd, dt, th, label, .tools, .controls, .frame')]
    return texts
      .filter((one) => one.offsetParent !== null && one.scrollWidth > one.clientWidth + 1)
      .filter((one) => getComputedStyle(one).overflowX !== 'auto' && one.clientWidth > 0)
      .map((one) => `${one.className || one.tagName}: ${one.innerText.slice(0, 60)}`)
  })
}
