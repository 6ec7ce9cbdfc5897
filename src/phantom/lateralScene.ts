import type { Anatomy } from './anatomy.ts'
import type { Canvas, Profile } from './canvas.ts'
import type { LateralGeometry } from './lateralGeometry.ts'
import type { Side } from './phantom.ts'

/** Points of a tube in lateral coordinates. */
export type Points = readonly (readonly [p: number, v: number, radius: number, weight: number])[]
/** Draws a tube into a layer, the body's unless another is named. */
export type Stroke = (points: Points, shape: Profile, target?: Float32Array, merge?: boolean) => void

/** Everything that a lateral film's findings are drawn with. */
export interface LateralScene {
  readonly canvas: Canvas
  readonly body: Float32Array
  readonly vessels: Float32Array
  readonly lungs: Readonly<Record<Side, Float32Array>>
  readonly anatomy: Anatomy
  readonly geometry: LateralGeometry
  readonly stroke: Stroke
}

