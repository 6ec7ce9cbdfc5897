import { describe, expect, it } from 'vitest'
import { svgOf } from '../../../../src/renderer/charts/draw.ts'
import { categoryBars, detectionBars, doseResponse, effectBars, successByDetection } from '../../../../src/renderer/charts/options.ts'
import type { EffectRow } from '../../../../src/shared/domain/results.ts'

const share = (count: number, total: number) => ({ count, total, share: count / total, low: 0.1, high: 0.9 })
const row = (change: Partial<EffectRow> = {}): EffectRow => ({
  judge: 'Ada', feature: 3, strength: 2, control: null,
  counts: { unchanged: 7, reworded: 1, 'on-target': 4, both: 3, 'off-target': 5 },
  success: share(7, 20), harm: share(8, 20), unchanged: share(7, 20), ...change,
})
const svg = (option: Parameters<typeof svgOf>[0]): string => new TextDecoder().decode(svgOf(option, 600, 300))

describe('a chart as SVG', () => {
  it('of effects has a bar of five parts a row, with the counts behind them', () => {
    const drawn = svg(effectBars([row(), row({ judge: 'Ben' })], ['Ada', 'Ben']))
    for (const text of ['Ada', '(n = 20)', 'Unchanged', 'Reworded only', 'On-target only', 'Both', 'Off-target only', '35 %', '25 %']) {
      expect(drawn).toContain(text)
    }
    expect(drawn).not.toMatch(/<script|NaN|undefined/)
  })

  it('of dose and response goes by strength, whatever the order of the rows', () => {
    const drawn = svg(doseResponse([row({ strength: 4 }), row({ strength: 1 }), row({ strength: null })]))
    expect(drawn).toContain('Target came about')
    expect(drawn).not.toContain('NaN')
    const series = doseResponse([row({ strength: 4 }), row({ strength: 1 })]).series as { data: unknown[] }[]
    expect(series[0]?.data).toEqual([[1, 35], [4, 35]])
  })

  it('of success and detection names the features, and leaves out what was not scored', () => {
    const features = [
      { feature: 3, interpretation: 'Effusion', detectionScore: 0.8 },
      { feature: 9, interpretation: '', detectionScore: null },
    ]
    const drawn = svg(successByDetection([row(), row({ feature: 9 })], features))
    expect(drawn).toContain('>#3<')
    expect(drawn).not.toContain('>#9<')
  })

  it('of categories and of detection scores can be drawn from nothing', () => {
    expect(svg(categoryBars([]))).toContain('False finding')
    const bins = Array.from({ length: 20 }, (_, at) => at)
    expect(svg(detectionBars({ bins, scored: 190, unscored: 0, above: 1, below: 1 }))).toContain('detection score')
  })
})
