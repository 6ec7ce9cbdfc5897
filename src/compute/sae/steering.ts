import { isBaseline, type Intervention } from '../../shared/domain/intervention.ts'
import { HilumError } from '../../shared/errors.ts'
import { randomDirection } from './randomDirection.ts'
import type { Dictionary } from './dictionary.ts'

/** An intervention made ready for one dictionary: arithmetic on residual rows at the hook. */
export interface Steering {
  readonly positions: Intervention['positions']
  /** Equal for interventions that do the same: the steered prompt's key in caches. */
  readonly key: string
  /** Changes rows `first` to `last` (not included) of `rows` [n, d] in place. */
  apply(rows: Float32Array, first: number, last: number): void
}

/**
 * Makes an intervention ready, or null when it leaves the model as it is: then no arithmetic is done
 * at all, which keeps strength 0 identical to the last bit.
 *
 * add: h += sum of strength x maximum activation x W_dec[feature].
 * random: the same sum with a random direction of the same length in place of every W_dec[feature].
 * ablate: h -= sum of z(h)[feature] x W_dec[feature], every z taken from the untouched h. Where the dictionary reads
 * standardised residuals, all are multiplied by the row's deviation.
 * The residual is never replaced by a decoded reconstruction: adding back the reconstruction error
 * would cancel the edit.
 */
export function prepareSteering(dictionary: Dictionary, intervention: Intervention): Steering | null {
  for (const { feature } of intervention.terms) {
    if (feature >= dictionary.size) {
      throw new HilumError('bad-input', `There is no feature ${feature}: the dictionary has ${dictionary.size}.`)
    }
  }
  if (isBaseline(intervention)) return null
  const { method, positions } = intervention
  const key = JSON.stringify([dictionary.hash, method, positions, termsThatMatter(intervention)])
  const apply =
    method === 'ablate' ? ablating(dictionary, intervention)
    : method === 'random' ? adding(dictionary, intervention, (feature) => randomDirection(feature, dictionary.direction(feature)))
    : adding(dictionary, intervention, (feature) => dictionary.direction(feature))
  return { positions, key, apply }
}

function termsThatMatter({ method, terms }: Intervention): readonly (readonly number[])[] {
  return method !== 'ablate'
    ? terms.filter((term) => term.strength !== 0).map((term) => [term.feature, term.strength])
    : [...new Set(terms.map((term) => term.feature))].sort((a, b) => a - b).map((feature) => [feature])
}

function adding(
  dictionary: Dictionary, { terms }: Intervention, directionOf: (feature: number) => Float32Array,
): Steering['apply'] {
  const width = dictionary.width
  const sum = new Float64Array(width)
  for (const { feature, strength } of terms) {
    const scale = strength * (dictionary.features[feature]?.maxActivation ?? 0)
    addScaled(sum, 0, directionOf(feature), scale)
  }
  return (rows, first, last) => {
    for (let row = first; row < last; row++) addScaled(rows, row * width, sum, dictionary.gain(rows, row))
  }
}

function ablating(dictionary: Dictionary, { terms }: Intervention): Steering['apply'] {
  const width = dictionary.width
  const features = [...new Set(terms.map((term) => term.feature))]
  return (rows, first, last) => {
    for (let row = first; row < last; row++) {
      const activations = features.map((feature) => [feature, dictionary.activation(rows, row, feature)] as const)
      const gain = dictionary.gain(rows, row)
      for (const [feature, z] of activations) {
        if (z !== 0) addScaled(rows, row * width, dictionary.direction(feature), -z * gain)
      }
    }
  }
}

/** into[at + i] += scale x vector[i]. */
function addScaled(
  into: Float32Array | Float64Array,
  at: number,
  vector: Float32Array | Float64Array,
  scale: number,
): void {
  for (let i = 0; i < vector.length; i++) into[at + i] = (into[at + i] as number) + scale * (vector[i] as number)
}
