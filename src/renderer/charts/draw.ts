import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent } from 'echarts/components'
import { init, use, type EChartsCoreOption, type EChartsType } from 'echarts/core'
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers'
import { PALETTE } from './palette.ts'

use([
  BarChart, CustomChart, LineChart, ScatterChart, AriaComponent, GridComponent, LegendComponent, CanvasRenderer,
  SVGRenderer,
])

/** Draws a chart into an element; dispose it when the element goes. */
export function drawInto(element: HTMLElement, option: EChartsCoreOption): EChartsType {
  const chart = init(element, null, { renderer: 'canvas' })
  chart.setOption(option)
  return chart
}

/** A chart as a file of its own, on the dark ground that its colours were chosen for. */
export function svgOf(option: EChartsCoreOption, width: number, height: number): Uint8Array<ArrayBuffer> {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption({ ...option, backgroundColor: PALETTE.ground })
    return new TextEncoder().encode(chart.renderToSVGString())
  } finally {
    chart.dispose()
  }
}

/** The same in pixels, at twice the size. */
export function pngOf(option: EChartsCoreOption, width: number, height: number): Uint8Array<ArrayBuffer> {
  const holder = document.createElement('div')
  const chart = init(holder, null, { renderer: 'canvas', width, height })
  try {
    chart.setOption({ ...option, backgroundColor: PALETTE.ground })
    const url = chart.getDataURL({ type: 'png', pixelRatio: 2 })
    return Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (character) => character.charCodeAt(0))
  } finally {
    chart.dispose()
  }
}
