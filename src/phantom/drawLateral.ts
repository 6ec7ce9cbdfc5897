import type { Anatomy } from './anatomy.ts'
import { addEllipse, addTube, createBrush, createCanvas, layer, SOLID, type Canvas, type TubePoint } from './canvas.ts'
import { collimate } from './collimation.ts'
import type { FilmOptions } from './drawFrontal.ts'
import { smoothstep } from './frontalGeometry.ts'
import { drawLateralBones } from './lateralBones.ts'
import { drawLateralFindings } from './lateralFindings.ts'
import { lateralGeometry, type LateralGeometry } from './lateralGeometry.ts'
import type { Stroke } from './lateralScene.ts'
import { drawLateralTissue } from './lateralTissue.ts'
import { drawLateralVessels } from './lateralVessels.ts'
import { smoothNoise } from './noise.ts'
import type { PhantomFindings } from './phantom.ts'
import { develop } from './tone.ts'

const ATTENUATION = 0.125 // per cm of water: lateral films are taken with harder rays
const AIR = 0.74

/**
 * Draws the left lateral film of the same patient at any size, row-major, bright where dense, about 0..1: spine behind,
 * sternum in front, heart low in front, two domes, the trachea, and the findings where a lateral shows them.
 */
export function drawLateral(anatomy: Anatomy, findings: PhantomFindings, options: FilmOptions): Float32Array {
  const canvas = createCanvas(options.columns, options.rows)
  const g = lateralGeometry(anatomy, findings)
  const brush = createBrush(canvas)
  const body = layer(canvas)
  const vessels = layer(canvas)
  const lungs = { right: layer(canvas), left: layer(canvas) }
  drawLateralTissue(canvas, anatomy, g, { body, lungs })
  const stroke: Stroke = (points, shape, target = body, merge = false) => {
    const tube = points.map(([p, v, radius, weight]): TubePoint => ({ ...g.toFilm(p, v), radius, weight }))
    addTube(canvas, target, brush, tube, shape, merge)
  }
  drawLateralBones(canvas, body, anatomy, g, stroke)
  drawMiddle(canvas, body, anatomy, g, stroke)
  drawLateralVessels(anatomy, g, findings, (points) => stroke(points, SOLID, vessels, true))
  drawLateralFindings({ canvas, body, vessels, lungs, anatomy, geometry: g, stroke }, findings)
  mix(canvas, body, vessels, lungs, anatomy)
  const film = develop(canvas, body, anatomy, options.seed, ATTENUATION)
  collimate(canvas, film, anatomy)
  return film
}

/** Trachea, hila, aortic arch and the gas in the stomach. */
function drawMiddle(canvas: Canvas, body: Float32Array, a: Anatomy, g: LateralGeometry, stroke: Stroke): void {
  const trachea: [number, number, number, number][] = []
  for (let v = -0.4; v < g.carina; v += 0.02)
    trachea.push([g.trachea(v), v, 0.02, -3.2 - 2.2 * smoothstep(g.apex - 0.1, g.apex + 0.08, v)])
  trachea.push(
    [g.trachea(g.carina), g.carina, 0.02, -4.5],
    [g.trachea(g.carina) - 0.008, g.carina + 0.045, 0.012, -1.5],
  )
  stroke(trachea, SOLID)
  const { p, v } = g.hilum
  stroke(
    [
      [p + 0.01, v, 0.012, -3],
      [p + 0.012, v + 0.001, 0.012, -3],
    ],
    SOLID,
  ) // left upper lobe bronchus end on
  // The arch of the aorta and the part that descends in front of the spine.
  const arch = g.carina - 0.055
  stroke(
    [
      [0.075, g.carina + 0.1, 0.034, 1.4],
      [0.07, arch + 0.03, 0.034, 2.2],
      [0.03, arch - 0.012, 0.034, 2.8],
      [-0.03, arch - 0.004, 0.033, 3],
      [-0.075, arch + 0.05, 0.03, 2.8],
      [g.spine(g.carina + 0.15) + 0.025, g.carina + 0.15, 0.027, 2],
      [g.spine(g.dome.left) + 0.03, g.dome.left, 0.025, 1.2],
    ],
    SOLID,
  )
  if (a.bubble > 0) {
    const c = g.toFilm(0.08 * (a.bubbleOffset * 10 - 1), g.dome.left + 0.03 + 0.03 * a.bubble)
    addEllipse(canvas, body, c.x, c.y, 0.035 + 0.03 * a.bubble, 0.014 + 0.024 * a.bubble, -6 - 5 * a.bubble)
  }
}

function mix(
  canvas: Canvas,
  body: Float32Array,
  vessels: Float32Array,
  lungs: { right: Float32Array; left: Float32Array },
  a: Anatomy,
): void {
  const { columns, rows, scale, left, top } = canvas
  const interstitium = smoothNoise(a.seed ^ 0x3d4b, 72)
  for (let row = 0; row < rows; row++) {
    const y = top + (row + 0.5) / scale
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column
      const air = lungs.right[at]! + lungs.left[at]!
      if (air > 0) {
        const x = left + (column + 0.5) / scale
        body[at]! += vessels[at]! * (air < 8 ? air / 8 : 1) - AIR * air * (1 + 0.03 * interstitium(x, y))
      }
      if (body[at]! < 0) body[at] = 0
    }
  }
}
