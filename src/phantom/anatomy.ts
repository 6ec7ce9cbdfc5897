import type { Random } from './random.ts'

/**
 * Who is on the film: build, posture and how the film was taken. Lengths are in units of the square crop's side
 * (about 400 mm), depths in cm of water, angles in radians. Everything that varies between two patients but not
 * between two findings is here, so that a prior and a current film of one patient match.
 */
export interface Anatomy {
  /** Seed of everything placed at random inside this patient (vessels, where a nodule lies, how a line runs). */
  readonly seed: number
  readonly centre: number // x of the midline at mid height
  readonly tilt: number // rotation of the patient in the film's plane
  readonly turn: number // axial rotation: how far anterior structures are displaced to the patient's left
  readonly apex: number // height of the lung apices
  readonly lungHeight: number // apex to right dome in full inspiration
  readonly lowLungHeight: number // the same with low volumes
  readonly leftDomeDrop: number
  readonly sulcus: number // dome to costophrenic angle
  readonly halfWidth: number // inner half-width of the rib cage at its widest
  readonly shape: number // exponent of the lateral lung border: higher is squarer
  readonly apexOffset: number // midline to the top of an apex
  readonly medial: number // half-width of the mediastinum above the heart
  readonly bodyDepth: number
  readonly wall: number // rib cage to skin
  readonly neck: number // half-width of the neck
  readonly trapezius: number // slope of the shoulders
  readonly axilla: number // height of the axillary fold
  readonly abdomen: number // girth of the abdomen relative to the chest
  readonly breast: number // 0 none .. 1 large
  readonly breastHeight: number
  readonly heartRatio: readonly [number, number, number, number] // cardiothoracic ratio by grade of cardiomegaly
  readonly heartRightShare: number // share of the heart's width right of the midline
  readonly heartDepth: number // share of the lung's depth that the heart takes
  readonly knob: number // radius of the aortic knob
  readonly knobHeight: number // below the apex
  readonly carina: number // below the apex
  readonly hilum: number // size of the hilar vessels
  readonly vascularity: number
  readonly ribSpacing: number
  readonly ribDrop: number // from the spine to the side of the chest
  readonly ribFront: number // from there to the costochondral junction
  readonly ribLift: number
  readonly ribRadius: number
  readonly ribDensity: number // cm of water that a rib adds
  readonly clavicleMedial: number // below the apex
  readonly clavicleLateral: number // below the medial end, negative is higher
  readonly clavicleBow: number
  readonly scapula: number // how far the scapulae are turned out of the lungs
  readonly bubble: number // size of the gastric air bubble, 0 none
  readonly bubbleOffset: number
  readonly exposure: number
  readonly contrast: number
  readonly scatter: number
  readonly grain: number // standard deviation of the noise of one pixel of 1/288
  readonly marker: { readonly x: number; readonly y: number; readonly size: number } // the lead letter
  readonly collimation: readonly [number, number, number, number] // left, top, right, bottom
}

/** Draws a patient and the way the film was taken. */
export function sampleAnatomy(random: Random): Anatomy {
  const r = random
  const build = r.normal() * 0.5 // slender to stocky, shared by width, wall and depth
  const bounded = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
  const woman = r.chance(0.5)
  return {
    seed: r.below(0x7fffffff),
    centre: 0.5 + r.uniform(-0.02, 0.02),
    tilt: bounded(r.normal() * 0.015, -0.035, 0.035),
    turn: bounded(r.normal() * 0.006, -0.013, 0.013),
    apex: r.uniform(0.075, 0.125),
    lungHeight: r.uniform(0.6, 0.69) - 0.015 * build,
    lowLungHeight: r.uniform(0.44, 0.5),
    leftDomeDrop: r.uniform(0.012, 0.035),
    sulcus: r.uniform(0.095, 0.135),
    halfWidth: bounded(0.322 + 0.014 * build + r.uniform(-0.014, 0.014), 0.292, 0.352),
    shape: r.uniform(1.9, 2.35),
    apexOffset: r.uniform(0.098, 0.118),
    medial: r.uniform(0.05, 0.06),
    bodyDepth: bounded(22 + 2.6 * build + r.uniform(-1, 1), 18.5, 27),
    wall: bounded(0.105 + 0.03 * build + r.uniform(-0.02, 0.03), 0.06, 0.19),
    neck: r.uniform(0.125, 0.155) + 0.01 * build,
    trapezius: r.uniform(0.16, 0.4),
    axilla: r.uniform(0.42, 0.6),
    abdomen: bounded(1.02 + 0.05 * build + r.uniform(-0.03, 0.05), 0.94, 1.16),
    breast: woman ? r.uniform(0.3, 1) : r.chance(0.3) ? r.uniform(0.05, 0.2) : 0,
    breastHeight: r.uniform(0.66, 0.78),
    heartRatio: [r.uniform(0.42, 0.485), r.uniform(0.525, 0.545), r.uniform(0.572, 0.592), r.uniform(0.63, 0.665)],
    heartRightShare: r.uniform(0.29, 0.37),
    heartDepth: r.uniform(0.74, 0.86),
    knob: r.uniform(0.034, 0.048),
    knobHeight: r.uniform(0.155, 0.185),
    carina: r.uniform(0.215, 0.25),
    hilum: r.uniform(0.85, 1.2),
    vascularity: r.uniform(0.8, 1.2),
    ribSpacing: r.uniform(0.064, 0.073),
    ribDrop: r.uniform(0.095, 0.13),
    ribFront: r.uniform(0.16, 0.23),
    ribLift: r.uniform(0.008, 0.02),
    ribRadius: r.uniform(0.0115, 0.0145),
    ribDensity: r.uniform(1.5, 2.5),
    clavicleMedial: r.uniform(0.075, 0.115),
    clavicleLateral: r.uniform(-0.1, -0.02),
    clavicleBow: r.uniform(0.012, 0.028),
    scapula: r.uniform(0, 1),
    bubble: r.chance(0.75) ? r.uniform(0.35, 1) : 0,
    bubbleOffset: r.uniform(0.1, 0.2),
    exposure: r.uniform(-0.05, 0.05),
    contrast: r.uniform(0.9, 1.1),
    scatter: r.uniform(0.005, 0.011),
    grain: r.uniform(0.0035, 0.0065),
    marker: { x: r.uniform(0.86, 0.94), y: r.uniform(0.06, 0.3), size: r.uniform(0.028, 0.04) },
    collimation: [0, 0, 0, 0].map(() => (r.chance(0.3) ? r.uniform(0.004, 0.022) : -1)) as [
      number,
      number,
      number,
      number,
    ],
  }
}
