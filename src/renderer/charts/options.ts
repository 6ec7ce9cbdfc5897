import type { EChartsCoreOption } from 'echarts/core'
import { EFFECTS, type CategoryRow, type EffectRow, type Results, type ShareOf } from '../../shared/domain/results.ts'
import { REXVAL_CATEGORIES, type RexvalCategory } from '../../shared/domain/verdict.ts'
import { CATEGORY_WORDS } from '../text/editWords.ts'
import { DECALS, EFFECT_WORDS, FONT, PALETTE } from './palette.ts'

const TEXT = { color: PALETTE.text, fontFamily: FONT, fontSize: 12 }
const BASE = {
  animation: false, backgroundColor: 'transparent', textStyle: TEXT,
  aria: { enabled: true },
}
const LEGEND = { top: 0, left: 0, itemGap: 8, itemWidth: 14, itemHeight: 10, textStyle: TEXT }
const axisStyle = {
  axisLabel: { ...TEXT, color: PALETTE.dim }, axisLine: { lineStyle: { color: PALETTE.line } },
  splitLine: { lineStyle: { color: PALETTE.line } }, nameTextStyle: { ...TEXT, color: PALETTE.dim },
}
const PERCENT = { type: 'value', min: 0, max: 100, ...axisStyle, axisLabel: { ...TEXT, color: PALETTE.dim, formatter: '{value} %' } }

const percentOf = (share: number | null): number | null => (share === null ? null : Math.round(1000 * share) / 10)

/** Shares of the five effects, one bar a row, from the top down. `labels[i]` names rows[i]. */
export function effectBars(rows: readonly EffectRow[], labels: readonly string[]): EChartsCoreOption {
  const totals = rows.map((row) => EFFECTS.reduce((sum, effect) => sum + row.counts[effect], 0))
  return {
    ...BASE, legend: LEGEND, grid: { top: 48, left: 8, right: 24, bottom: 4, containLabel: true },
    xAxis: PERCENT,
    yAxis: {
      type: 'category', inverse: true, data: labels.map((label, at) => `${label}  (n = ${totals[at]})`), ...axisStyle,
      axisLabel: { ...TEXT, width: 190, overflow: 'truncate' },
    },
    series: EFFECTS.map((effect) => ({
      name: EFFECT_WORDS[effect], type: 'bar', stack: 'effects', barMaxWidth: 22,
      itemStyle: { color: PALETTE[effect], decal: DECALS[effect] },
      label: { show: true, color: PALETTE.ground, fontFamily: FONT, fontSize: 11, formatter: labelOf },
      data: rows.map((row, at) => percentOf(totals[at] === 0 ? null : row.counts[effect] / totals[at]!)),
    })),
  }
}

/** A label only where there is room for it. */
function labelOf({ value }: { value?: unknown }): string {
  return typeof value === 'number' && value >= 6 ? `${Math.round(value)} %` : ''
}

/** Success and harm against strength, with 95 % intervals as whiskers. */
export function doseResponse(rows: readonly EffectRow[]): EChartsCoreOption {
  const known = rows.filter((row) => row.strength !== null).toSorted((a, b) => a.strength! - b.strength!)
  const line = (name: string, color: string, symbol: string, of: (row: EffectRow) => ShareOf) => [
    {
      name, type: 'line', symbol, symbolSize: 8, itemStyle: { color }, lineStyle: { color, width: 2 },
      data: known.map((row) => [row.strength, percentOf(of(row).share)]),
    },
    whiskers(name, color, known.map((row) => [row.strength!, of(row)])),
  ]
  return {
    ...BASE, legend: LEGEND, grid: { top: 34, left: 8, right: 20, bottom: 24, containLabel: true },
    xAxis: {
      type: 'value', name: 'strength, × maximum activation', nameLocation: 'middle', nameGap: 26, scale: true, ...axisStyle,
    },
    yAxis: PERCENT,
    series: [
      ...line('Target came about', PALETTE['on-target'], 'circle', (row) => row.success),
      ...line('Something else changed', PALETTE['off-target'], 'diamond', (row) => row.harm),
      ...line('Unchanged', PALETTE.unchanged, 'rect', (row) => row.unchanged),
    ],
  }
}

/** Success of each feature against its detection score. */
export function successByDetection(
  rows: readonly EffectRow[], features: Results['features'],
): EChartsCoreOption {
  const points = features.flatMap(({ feature, detectionScore }) => {
    const row = rows.find((one) => one.feature === feature)
    return row === undefined || detectionScore === null || row.success.share === null
      ? [] : [{ feature, detectionScore, success: row.success }]
  })
  return {
    ...BASE, grid: { top: 14, left: 8, right: 20, bottom: 24, containLabel: true },
    xAxis: { type: 'value', name: 'detection score', nameLocation: 'middle', nameGap: 26, min: 0.4, max: 1, ...axisStyle },
    yAxis: PERCENT,
    series: [
      whiskers('', PALETTE.accent, points.map((point) => [point.detectionScore, point.success])),
      {
        type: 'scatter', symbolSize: 11, itemStyle: { color: PALETTE.accent },
        label: { show: true, position: 'right', color: PALETTE.text, fontFamily: FONT, formatter: nameOfPoint },
        data: points.map((point) => ({
          value: [point.detectionScore, percentOf(point.success.share)], name: `${point.feature}`,
        })),
      },
    ],
  }
}

function nameOfPoint({ name }: { name?: string }): string {
  return name === undefined ? '' : `#${name}`
}

const CATEGORY_ORDER: readonly (RexvalCategory | null)[] = [...REXVAL_CATEGORIES, null]

/** Off-target edits by ReXVal category, stacked by significance. */
export function categoryBars(rows: readonly CategoryRow[]): EChartsCoreOption {
  const of = (category: RexvalCategory | null) => rows.find((row) => row.category === category)
  const part = (name: string, color: string, decal: object, count: (row: CategoryRow) => number) => ({
    name, type: 'bar', stack: 'significance', barMaxWidth: 18, itemStyle: { color, decal },
    data: CATEGORY_ORDER.map((category) => {
      const row = of(category)
      return row === undefined ? 0 : count(row)
    }),
  })
  return {
    ...BASE, legend: LEGEND, grid: { top: 48, left: 8, right: 20, bottom: 4, containLabel: true },
    xAxis: { type: 'value', minInterval: 1, ...axisStyle },
    yAxis: {
      type: 'category', inverse: true, ...axisStyle, axisLabel: TEXT,
      data: CATEGORY_ORDER.map((category) => (category === null ? 'No category' : CATEGORY_WORDS[category])),
    },
    series: [
      part('Significant', PALETTE['off-target'], DECALS['off-target'], (row) => row.significant),
      part('Insignificant', PALETTE.both, DECALS.both, (row) => row.insignificant),
      part('Not weighed', PALETTE.unchanged, DECALS.unchanged, (row) => row.unweighed),
    ],
  }
}

/** Detection scores of the dictionary; bars above 0.75 and below 0.5 stand out. */
export function detectionBars({ bins }: Results['detection']): EChartsCoreOption {
  return {
    ...BASE, grid: { top: 14, left: 8, right: 16, bottom: 24, containLabel: true },
    xAxis: {
      type: 'category', data: bins.map((_, at) => (at / 20).toFixed(2)), name: 'detection score, from', nameLocation: 'middle',
      nameGap: 26, ...axisStyle, axisLabel: { ...TEXT, color: PALETTE.dim, interval: 4 },
    },
    yAxis: { type: 'value', minInterval: 1, ...axisStyle },
    series: [{
      type: 'bar', barCategoryGap: '8%',
      data: bins.map((value, at) => ({
        value, itemStyle: { color: at >= 15 ? PALETTE['on-target'] : at < 10 ? PALETTE['off-target'] : PALETTE.accent },
      })),
    }],
  }
}

/** Intervals as vertical lines with caps, in the data's own coordinates. */
function whiskers(name: string, color: string, points: readonly (readonly [x: number, share: ShareOf])[]) {
  return {
    name, type: 'custom', silent: true, z: 1,
    data: points.flatMap(([x, { low, high }]) => (low === null || high === null ? [] : [[x, 100 * low, 100 * high]])),
    renderItem(_params: unknown, api: { value(at: number): number; coord(point: number[]): number[] }) {
      const [x, low] = api.coord([api.value(0), api.value(1)]) as [number, number]
      const [, high] = api.coord([api.value(0), api.value(2)]) as [number, number]
      const stroke = (x1: number, y1: number, x2: number, y2: number) => ({
        type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: color, fill: 'none', lineWidth: 1.2 },
      })
      return {
        type: 'group',
        children: [stroke(x, low, x, high), stroke(x - 4, low, x + 4, low), stroke(x - 4, high, x + 4, high)],
      }
    },
  }
}
