import type { Measurement } from '../../shared/domain/measurement.ts'
import type { Point } from '../viewer/viewState.ts'
import { angleAt, areaOf, ratioOf, regionStatistics, valueAt, type Pixels } from './geometry.ts'
import { distance, type Scale } from './scale.ts'

/** A number of a unit with the digits that drawing on a film can bear. */
export function lengthText(length: number, { unit }: Pick<Scale, 'unit'>): string {
  return `${length.toFixed(length < 100 && unit !== 'px' ? 1 : 0)} ${unit}`
}

function areaText(area: number, { unit }: Pick<Scale, 'unit'>): string {
  return `${area.toFixed(unit === 'px' ? 0 : 1)} ${unit.replace(/^\w+/, (name) => `${name}²`)}`
}

/** What a measurement says, line by line. Every length names its unit and what the unit rests on. */
export function readoutOf(
  { kind, points, text, millimetres }: Pick<Measurement, 'kind' | 'points' | 'text' | 'millimetres'>,
  pixels: Pixels,
  scale: Scale,
): readonly string[] {
  const [a, b, c, d] = points as readonly [Point, Point, Point, Point]
  switch (kind) {
    case 'length': return [lengthText(distance(a, b, scale), scale)]
    case 'angle': {
      const angle = angleAt(a, b, c, scale)
      return [angle === null ? '–' : `${angle.toFixed(1)}°`]
    }
    case 'ratio': {
      const ratio = ratioOf([a, b], [c, d], scale)
      const widths = `${lengthText(distance(a, b, scale), scale)} / ${lengthText(distance(c, d, scale), scale)}`
      return [`CTR ${ratio === null ? '–' : ratio.toFixed(2)}`, widths]
    }
    case 'rectangle':
    case 'ellipse': {
      const found = regionStatistics(pixels, [a, b], kind)
      if (found === null) return ['no pixel of the film']
      const { count, mean, deviation, minimum, maximum } = found
      return [
        `mean ${mean.toFixed(0)}, SD ${deviation.toFixed(0)}`,
        `${minimum} to ${maximum}, ${count} pixels`,
        areaText(areaOf([a, b], kind, scale), scale),
      ]
    }
    case 'arrow': return [text]
    case 'probe': {
      const value = valueAt(pixels, a)
      return [value === null ? 'off the film' : `value ${value} at ${Math.floor(a.x)}, ${Math.floor(a.y)} px`]
    }
    case 'calibration': return [millimetres === null ? 'how long?' : `calibration: ${millimetres} mm`]
  }
}
