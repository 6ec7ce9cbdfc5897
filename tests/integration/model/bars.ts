/** The bars that the embedded model and its dictionary are held to, and what the committed weights reach today. */

/** What is asked for: 500 phantoms that no model was trained on, 100 of them for steering. */
export const BARS = {
  macroF1: 0.9,
  /** Every side and every size right, of true positives. */
  sidesAndSizes: 0.85,
  /** Comparison words right, of cases with a prior. */
  comparison: 0.85,
  /** Drawn boxes that overlap their finding's box with an IoU of at least 0.5. */
  boxes: 0.6,
  unexplainedVariance: 0.05,
  meanActive: 16,
  /** Features with a detection score of at least 0.9. */
  detectedFeatures: 40,
  detectionScore: 0.9,
  /** Features that bring their target into half of the cases that lack it, the text staying well formed. */
  steeringFeatures: 12,
  steeringSuccess: 0.5,
  steeringWellFormed: 0.95,
} as const

/**
 * What the committed weights were measured at, less a small margin: where a bar is short, the tests hold the weights
 * to this and say so.
 */
export const MEASURED = {
  macroF1: 0.96,
  sidesAndSizes: 0.95,
  comparison: 0.85,
  boxes: 0.7,
  unexplainedVariance: 0.05,
  meanActive: 16,
  detectedFeatures: 140,
  steeringFeatures: 12,
  /** Groups that some feature steers: `effusion`, `pneumothorax`, `cardiomegaly`, `a device`, `comparison`. */
  steeringGroups: ['effusion', 'pneumothorax', 'cardiomegaly', 'a device', 'comparison'] as readonly string[],
} as const
