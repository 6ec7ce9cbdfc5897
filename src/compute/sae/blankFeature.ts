import type { Feature } from '../../shared/domain/feature.ts'

/** A feature of which nothing is known yet. */
export function blankFeature(index: number): Feature {
  return {
    index, interpretation: '', detectionScore: null, density: 0, maxActivation: 0, targets: [], comparison: false,
    effect: null, exemplars: [],
  }
}
