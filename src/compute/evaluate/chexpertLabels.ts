import type { Finding, Observation } from '../../shared/domain/finding.ts'
import { isDevice } from '../report/attributes.ts'
import { extractFindings } from '../report/findings.ts'
import { splitSentences } from '../report/sentences.ts'
import { lowerAscii } from '../report/text.ts'
import { NEGATION_BEFORE } from '../report/vocabulary/scope.ts'

export const CHEXPERT_LABELS = [
  'No Finding', 'Enlarged Cardiomediastinum', 'Cardiomegaly', 'Lung Lesion', 'Lung Opacity', 'Edema', 'Consolidation',
  'Pneumonia', 'Atelectasis', 'Pneumothorax', 'Pleural Effusion', 'Pleural Other', 'Fracture', 'Support Devices',
] as const
export type ChexpertLabel = (typeof CHEXPERT_LABELS)[number]
/** 1 positive, 0 negative, -1 uncertain, null not mentioned. */
export type ChexpertValue = 1 | 0 | -1 | null

const LABEL_OF: Readonly<Partial<Record<Observation, ChexpertLabel>>> = {
  'enlarged-cardiomediastinum': 'Enlarged Cardiomediastinum', 'cardiomegaly': 'Cardiomegaly', 'lung-lesion': 'Lung Lesion',
  'lung-opacity': 'Lung Opacity', 'edema': 'Edema', 'consolidation': 'Consolidation', 'pneumonia': 'Pneumonia',
  'atelectasis': 'Atelectasis', 'pneumothorax': 'Pneumothorax', 'pleural-effusion': 'Pleural Effusion',
  'pleural-other': 'Pleural Other', 'fracture': 'Fracture',
}

/** Abnormalities outside the labels that keep a report from "No Finding". */
const OTHER_ABNORMALITIES =
  /\b(?:emphysema\w*|copd|asthma|bronchi(?:tis|ectasis|olitis)|hyper-?(?:inflat|expan)\w*|bullae?|blunt\w*|thickening|plaques?|calcifi\w*|granuloma\w*|elevation|eventration|hernia\w*|scoliosis|kyphosis|degenera\w*|osteo(?:penia|phyt\w*|porosis)|deformit\w*|metasta\w*|aspiration|volume loss|cephalization|cuffing|prominen\w*|hemorrhage|hematoma|contusion|pneumomediastinum|pneumoperitoneum|tracheostomy|atherosclero\w*)\b/

/**
 * The 14 labels of a report by the CheXpert labeler's rules of aggregation (Irvin et al., AAAI
 * 2019): a negative and an uncertain mention make uncertain, any other pair with a positive one
 * makes positive; heart failure also suggests cardiomegaly; "No Finding" is positive or blank.
 */
export function chexpertLabels(text: string): Readonly<Record<ChexpertLabel, ChexpertValue>> {
  const findings = extractFindings(text)
  const values = new Map<ChexpertLabel, ChexpertValue>(CHEXPERT_LABELS.map((label) => [label, null]))
  for (const label of CHEXPERT_LABELS) {
    const own = findings.filter((f) => (isDevice(f.observation) ? 'Support Devices' : LABEL_OF[f.observation]) === label)
    const marks = new Set(own.map(markOf))
    if (label === 'Cardiomegaly' && findings.some((f) => isHeartFailure(text, f) && markOf(f) !== 0)) marks.add(-1)
    values.set(label, combine(marks))
  }
  const abnormal = CHEXPERT_LABELS.some((label) => {
    const value = values.get(label)
    return label !== 'Support Devices' && (value === 1 || value === -1)
  })
  if (!abnormal && !hasOtherAbnormality(text)) values.set('No Finding', 1)
  return Object.fromEntries(values) as Record<ChexpertLabel, ChexpertValue>
}

const markOf = (finding: Finding): 1 | 0 | -1 =>
  finding.certainty === 'uncertain' ? -1 : finding.polarity === 'positive' ? 1 : 0

const isHeartFailure = (text: string, finding: Finding): boolean =>
  finding.observation === 'edema' && /heart failure|chf/i.test(text.slice(finding.span.start, finding.span.end))

function combine(marks: ReadonlySet<1 | 0 | -1>): ChexpertValue {
  if (marks.has(0) && marks.has(-1)) return -1
  return marks.has(1) ? 1 : marks.has(-1) ? -1 : marks.has(0) ? 0 : null
}

function hasOtherAbnormality(text: string): boolean {
  const lower = lowerAscii(text)
  return splitSentences(text).some((span) => {
    const sentence = lower.slice(span.start, span.end)
    const match = OTHER_ABNORMALITIES.exec(sentence)
    return match !== null && !NEGATION_BEFORE.test(sentence.slice(0, match.index))
  })
}
