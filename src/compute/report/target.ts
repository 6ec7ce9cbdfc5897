import type { Feature } from '../../shared/domain/feature.ts'
import type { Observation } from '../../shared/domain/finding.ts'
import type { Target } from '../../shared/domain/target.ts'
import { withoutExcept } from '../evaluate/conceptText.ts'
import { isDevice } from './attributes.ts'
import { findMentions } from './mentions.ts'
import { lowerAscii } from './text.ts'
import { COMPARISON_WORDS } from './vocabulary/modifiers.ts'

const TUBES: readonly Observation[] = ['endotracheal-tube', 'enteric-tube', 'chest-tube']
const DEVICES: readonly Observation[] = [
  'pacemaker', 'endotracheal-tube', 'enteric-tube', 'central-line', 'chest-tube', 'sternotomy-wires', 'other-device',
]

/** Wider words than a report uses, which an interpretation may name its findings with. */
const WIDE: readonly (readonly [RegExp, readonly Observation[]])[] = [
  [/\b(?:support|medical|implanted|monitoring|life-support)?[ -]?(?:devices?|hardware|apparatus|equipment)\b/, DEVICES],
  [/\btub(?:es?|ing)\b/, TUBES],
  [/\blines?\b/, ['central-line']],
  [/\b(?:catheters?)\b/, ['central-line']],
  [/\bdrains?\b/, ['chest-tube']],
  [/\b(?:enlarge[dm]\w*|large|size of the|big) (?:of the )?(?:heart|cardiac)|\b(?:heart|cardiac) (?:size|enlargement|silhouette)\b/, ['cardiomegaly']],
  [/\b(?:cardio)?mediastin\w+/, ['enlarged-cardiomediastinum']],
  [/\bpleural fluid|fluid in the pleur\w+/, ['pleural-effusion']],
  [/\bpulmonary (?:vascular\w*|vasculature)|vascular (?:congestion|engorgement)/, ['edema']],
  [/\b(?:lung|inspiratory) volumes?|inspiration|inspiratory/, ['low-lung-volumes']],
  [/\bsternotomy|sternal wires/, ['sternotomy-wires']],
  [/\bcollapse\b/, ['atelectasis']],
]

const COMPARISON_TOPICS =
  /\b(?:comparison|comparing|compared?|chang(?:e|es|ed|ing)|stability|unchanged|stable|progression|worsening|improv\w+|interval|prior|previous|resolution|resolv\w+|new|increas\w+|decreas\w+|persist\w+)\b/
const ABSENCE = /\b(?:without|absence|absent|lack(?:ing)? of|no|not|negat\w+|free of|exclu(?:des?|sion)|normal|rul(?:es?|ed|ing) out|clear(?:ance)? of|removal of)\b/

/** What a feature stands for: what its interpretation names, and what was measured and written beside it. */
export function targetOfFeature(feature: Pick<Feature, 'interpretation' | 'targets' | 'comparison'>): Target {
  // What an interpretation excepts ("…; but not: …") is not asked for, and does not turn the rest around.
  const named = targetOfInterpretation(withoutExcept(feature.interpretation))
  const observations = [...new Set([...named.observations, ...feature.targets])]
  return { ...named, observations, comparison: named.comparison || feature.comparison }
}

/**
 * What an interpretation of a feature names: its findings (normal anatomy included), whether it is
 * about comparison, and whether it stands for their absence ("findings without comparison to prior
 * images", "no pleural effusion"). Empty when it names none.
 */
export function targetOfInterpretation(text: string): Target {
  const lower = lowerAscii(text)
  const named = new Set<Observation>()
  for (const mention of findMentions(lower)) for (const observation of mention.observations) named.add(observation)
  const specific = [...named].some((observation) => isDevice(observation) && observation !== 'other-device')
  for (const [pattern, observations] of WIDE) {
    const general = observations.every(isDevice)
    // "Endotracheal tube" names one tube, "lines and tubes" all of them.
    if (pattern.test(lower) && !(general && specific)) for (const observation of observations) named.add(observation)
  }
  const comparison = COMPARISON_TOPICS.test(lower) || COMPARISON_WORDS.test(lower)
  const observations = [...named].sort()
  const absence = ABSENCE.test(lower) && (observations.length > 0 || comparison)
  return absence ? { observations, comparison, absence } : { observations, comparison }
}
