import type { FilmActivations } from '../../shared/contracts/compute.ts'
import { filmToStage, type Stage } from './stage.ts'

/** A patch of the map, where it is drawn. */
export interface MapPatch {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Activation as a share of the feature's maximum over the training text, 0 upwards. */
  readonly share: number
}

/** Patches fainter than this share of the map's own strongest are left out: they would only veil the film. */
const FAINT = 0.04

/**
 * The patches that are worth drawing. The model sees the central square of a film, as large as its shorter side
 * (MAIRA-2's processor resizes to it and crops), so the map covers that square and nothing outside of it was seen.
 */
export function mapPatches({ side, activations }: FilmActivations, maxActivation: number, stage: Stage): MapPatch[] {
  const { width, height } = stage.film
  const square = Math.min(width, height)
  const left = Math.floor((width - square) / 2)
  const top = Math.floor((height - square) / 2)
  const strongest = activations.reduce((most, value) => Math.max(most, value), 0)
  const patches: MapPatch[] = []
  for (let at = 0; at < activations.length; at++) {
    const activation = activations[at] as number
    if (activation <= 0 || activation < FAINT * strongest) continue
    const [column, row] = [at % side, Math.floor(at / side)]
    const corner = (c: number, r: number) =>
      filmToStage(stage, { x: left + (c * square) / side, y: top + (r * square) / side })
    const [a, b] = [corner(column, row), corner(column + 1, row + 1)]
    patches.push({
      x: Math.min(a.x, b.x),
      y: Math.min(a.y, b.y),
      width: Math.abs(b.x - a.x),
      height: Math.abs(b.y - a.y),
      share: maxActivation > 0 ? activation / maxActivation : 0,
    })
  }
  return patches
}

/** How opaque a share is drawn: none at 0, and never so much that the film is hidden. */
export function opacityOf(share: number): number {
  return 0.62 * Math.min(1, Math.max(0, share))
}
