import type { Anatomy } from './anatomy.ts'
import { forEachPixel, type Brush, type Canvas } from './canvas.ts'
import { signOf, type Geometry } from './frontalGeometry.ts'
import type { Side } from './phantom.ts'
import type { Tissue } from './tissue.ts'

/** The layers that findings of lung and pleura change. */
export interface Layers extends Tissue {
  readonly vessels: Float32Array
}

/** Everything that a finding of lung or pleura is drawn with. */
export interface Scene {
  readonly canvas: Canvas
  readonly layers: Layers
  readonly brush: Brush
  readonly anatomy: Anatomy
  readonly geometry: Geometry
}

/** Visits a body-coordinate box on the film; `paint` gets the pixel and its body coordinates. */
export function inBody(
  { canvas, geometry }: Scene,
  u0: number,
  v0: number,
  u1: number,
  v1: number,
  paint: (at: number, u: number, v: number) => void,
): void {
  const { frame } = geometry
  const corners = [frame.toFilm(u0, v0), frame.toFilm(u1, v0), frame.toFilm(u0, v1), frame.toFilm(u1, v1)]
  const xs = corners.map((c) => c.x)
  const ys = corners.map((c) => c.y)
  const { cos, sin, centre } = frame
  forEachPixel(canvas, Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys), (at, x, y) => {
    const dx = x - centre
    const dy = y - 0.5
    paint(at, dx * cos + dy * sin, 0.5 + dy * cos - dx * sin)
  })
}

/** Visits one half of the chest; `paint` gets the distance from the midline. */
export function hemithorax(scene: Scene, side: Side, paint: (at: number, d: number, v: number) => void): void {
  const g = scene.geometry
  const k = signOf(side)
  const [u0, u1] = k > 0 ? [-0.06, g.halfWidth] : [-g.halfWidth, 0.06]
  inBody(scene, u0, g.apex, u1, g.angle[side] + 0.06, (at, u, v) => paint(at, k * u, v))
}
