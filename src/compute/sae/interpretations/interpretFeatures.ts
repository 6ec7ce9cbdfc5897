import type { Feature } from '../../../shared/domain/feature.ts'
import { HilumError } from '../../../shared/errors.ts'
import { withoutExcept } from '../../evaluate/conceptText.ts'
import { targetOfInterpretation } from '../../report/target.ts'
import type { InterpretedRow } from './readRows.ts'

/**
 * Features with what a table says of them; what it does not say stays. What an interpretation names becomes the
 * feature's target, by which rules judge its edits.
 * @throws HilumError when a row is about a feature that is not there, or two are about one.
 */
export function interpretFeatures(features: readonly Feature[], rows: readonly InterpretedRow[]): readonly Feature[] {
  const byFeature = new Map<number, { readonly row: InterpretedRow; readonly at: number }>()
  for (const [at, row] of rows.entries()) {
    const twin = byFeature.get(row.feature)
    if (twin !== undefined) {
      throw new HilumError('bad-input', `Rows ${twin.at + 1} and ${at + 1} of the table are both about feature ${row.feature}.`, {
        mend: 'Keep one row a feature, for example the one with the best score.',
      })
    }
    if (features[row.feature] === undefined) {
      throw new HilumError('bad-input', `Row ${at + 1} of the table is about feature ${row.feature}, but the dictionary has ${features.length}.`, {
        mend: 'The table belongs to another dictionary, or counts from 1.',
      })
    }
    byFeature.set(row.feature, { row, at })
  }
  return features.map((feature) => {
    const found = byFeature.get(feature.index)?.row
    if (found === undefined) return feature
    const interpretation = found.interpretation || feature.interpretation
    const { observations, comparison } = targetOfInterpretation(withoutExcept(interpretation))
    return {
      ...feature, interpretation, targets: observations, comparison,
      detectionScore: found.score ?? feature.detectionScore,
      density: found.density ?? feature.density,
      maxActivation: found.maxActivation ?? feature.maxActivation,
    }
  })
}
