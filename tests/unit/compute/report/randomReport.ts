import type { Random } from '../../../../src/phantom/random.ts'

type Words = readonly [string, ...string[]]

const SIDES: Words = ['left', 'right', 'bilateral']
const SIZES: Words = ['trace', 'small', 'moderate', 'large']
const GRADES: Words = ['mild', 'moderate', 'severe']
const ZONES: Words = ['upper', 'mid', 'lower']
const CHANGES: Words = ['is unchanged', 'has increased', 'has decreased', 'is new', 'has resolved', 'is present', 'is again seen']

const TEMPLATES: readonly [(r: Random) => string, ...((r: Random) => string)[]] = [
  (r) => `There is a ${r.pick(SIZES)} ${r.pick(SIDES)} pleural effusion.`,
  (r) => `${r.pick(['Small', 'Large'])} ${r.pick(SIDES)} pleural effusion ${r.pick(CHANGES)}.`,
  (r) => `${r.pick(['Small', 'Trace'])} left and ${r.pick(SIZES)} right pleural effusions.`,
  (r) => `No ${r.pick(['focal consolidation', 'edema', 'nodule'])}, pleural effusion, or pneumothorax.`,
  () => 'No pleural effusion or pneumothorax is seen.',
  () => 'There is no pneumothorax.',
  (r) => `A ${r.pick(SIZES)} ${r.pick(['left', 'right'])} apical pneumothorax ${r.pick(CHANGES)}.`,
  (r) => `The heart size is ${r.pick(['normal', 'mildly enlarged', 'unchanged'])}.`,
  (r) => `${r.pick(['Mild', 'Moderate', 'Severe'])} cardiomegaly ${r.pick(CHANGES)}.`,
  (r) => `Cardiomediastinal and hilar silhouettes are ${r.pick(['unremarkable', 'unchanged', 'normal'])}.`,
  (r) => `Patchy opacity in the ${r.pick(SIDES)} ${r.pick(ZONES)} lung may represent ${r.pick(['pneumonia', 'atelectasis', 'atelectasis or pneumonia'])}.`,
  (r) => `${r.pick(['New', 'Stable', 'Minimal'])} ${r.pick(['left', 'right'])} basilar atelectasis.`,
  (r) => `There is ${r.pick(GRADES)} pulmonary edema with ${r.pick(SIZES)} ${r.pick(SIDES)} effusions.`,
  (r) => `Endotracheal tube, enteric tube and ${r.pick(SIDES)} central venous catheter are ${r.pick(['unchanged', 'in place'])}.`,
  (r) => `Compared with the prior study, lung volumes ${r.pick(['are lower', 'have improved', 'remain low', 'are unchanged'])}.`,
  (r) => `The endotracheal tube terminates ${r.pick(['2', '5'])} cm above the carina.`,
  (r) => `A right ${r.pick(['PICC', 'subclavian line', 'port'])} ends in the ${r.pick(['SVC', 'right atrium'])}.`,
  (r) => `A ${r.pick(['6', '14'])} mm nodule in the ${r.pick(SIDES)} ${r.pick(ZONES)} lung ${r.pick(CHANGES)}.`,
  (r) => `${r.pick(['No acute fracture', 'Healed left rib fractures', 'Possible fracture of a right rib'])}.`,
  () => 'Lung volumes are low, causing bronchovascular crowding.',
  () => 'The lungs are clear.',
  (r) => `${r.pick(['No acute osseous abnormality is seen', 'There are no acute osseous abnormalities'])}.`,
  (r) => `Findings were discussed with Dr. ${r.pick(['Roe', 'Poe'])} by telephone.`,
]

/** A report of one to seven sentences in random order, some said twice. */
export function randomReport(random: Random): string {
  return Array.from({ length: 1 + random.below(7) }, () => random.pick(TEMPLATES)(random)).join(' ')
}
