import { isBaseline, type Intervention } from '../../shared/domain/intervention.ts'
import { HilumError } from '../../shared/errors.ts'
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
 * ablate: h -= sum of z(h)[feature] x W_dec[feature], every z taken from the untouched h.
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
  return { positions, key, apply: method === 'add' ? adding(dictionary, intervention) : ablating(dictionary, intervention) }
}

function termsThatMatter({ method, terms }: Intervention): readonly (readonly number[])[] {
  return method === 'add'
    ? terms.filter((term) => term.strength !== 0).map((term) => [term.feature, term.strength])
    : [...new Set(terms.map((term) => term.feature))].sort((a, b) => a - b).map((feature) => [feature])
}

function adding(dictionary: Dictionary, intervention: Intervention): Steering['apply'] {
  const width = dictionary.width
  const sum = new Float64Array(width)
  for (const { feature, strength } of intervention.terms) {
    const scale = strength * (dictionary.features[feature]?.maxActivation ?? 0)
    dictionary.direction(feature).forEach((value, i) => (sum[i] = (sum[i] as number) + scale * value))
  }
  return (rows, first, last) => {
    for (let at = first * width; at < last * width; at++) rows[at] = (rows[at] as number) + (sum[at % width] as number)
  }
}

function ablating(dictionary: Dictionary, intervention: Intervention): Steering['apply'] {
  const width = dictionary.width
  const features = [...new Set(intervention.terms.map((term) => term.feature))]
  return (rows, first, last) => {
    for (let row = first; row < last; row++) {
      const activations = features.map((feature) => dictionary.activation(rows, row, feature))
      features.forEach((feature, f) => {
        const z = activations[f] as number
        if (z === 0) return
        const direction = dictionary.direction(feature)
        for (let i = 0; i < width; i++) rows[row * width + i] = (rows[row * width + i] as number) - z * (direction[i] as number)
      })
    }
  }
}
