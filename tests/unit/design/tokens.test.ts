import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const tokens = readFileSync(new URL('../../../src/renderer/design/tokens.css', import.meta.url), 'utf8')

/** The colours of the tokens by name. */
const colours = new Map([...tokens.matchAll(/--([a-z-]+):\s*#([0-9a-f]{6});/g)].map((m) => [m[1] as string, m[2] as string]))

/** Relative luminance of an sRGB colour, WCAG 2.2. */
function luminance(name: string): number {
  const hex = colours.get(name)
  if (hex === undefined) throw new Error(`There is no colour --${name}.`)
  const [r, g, b] = [0, 2, 4].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const GROUNDS = ['ground', 'surface', 'raised']
const TEXTS = [
  'text', 'text-strong', 'text-dim', 'accent', 'current', 'prior', 'added', 'removed', 'changed', 'reworded', 'on-target',
  'off-target', 'neutral', 'error', 'caution',
]

describe('the colours of the reading room', () => {
  it.each(TEXTS)('--%s reads on every ground (WCAG AA, 4.5 to 1)', (text) => {
    for (const ground of GROUNDS) expect(contrast(text, ground), `on --${ground}`).toBeGreaterThanOrEqual(4.5)
  })

  it('text reads on pressed and chosen things as well', () => {
    for (const ground of ['pressed', 'accent-ground']) {
      expect(contrast('text-strong', ground)).toBeGreaterThanOrEqual(4.5)
      expect(contrast('text', ground)).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('the focus ring stands out (3 to 1)', () => {
    for (const ground of [...GROUNDS, 'pressed', 'accent-ground']) expect(contrast('focus', ground)).toBeGreaterThanOrEqual(3)
  })
})
