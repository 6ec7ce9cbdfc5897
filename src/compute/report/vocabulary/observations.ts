import type { Observation } from '../../../shared/domain/finding.ts'

/**
 * What a phrase says on its own.
 * - `finding`: the thing is there unless negated ("effusion").
 * - `soft`: as `finding`, but never more than uncertain ("vascular congestion").
 * - `anatomy`: nothing until a state word says normal or abnormal ("heart size").
 * - `volumes`: as `anatomy`, with the state words of lung volumes.
 * - `normal`: the phrase itself denies the finding ("well expanded").
 */
export const MENTION_KINDS = ['finding', 'soft', 'anatomy', 'volumes', 'normal'] as const
export type MentionKind = (typeof MENTION_KINDS)[number]

/** A phrase (source of a regular expression over lower-case text) and what it names; nothing: it hides its words. */
export interface MentionRule {
  readonly observations: readonly Observation[]
  readonly kind: MentionKind
  readonly pattern: string
}

const rule = (
  observations: Observation | readonly Observation[] | null,
  kind: MentionKind,
  ...patterns: string[]
): MentionRule => ({
  observations: observations === null ? [] : typeof observations === 'string' ? [observations] : observations,
  kind,
  pattern: patterns.join('|'),
})

const CONTOUR = '(?:contours?|silhouettes?|configuration|structures?|borders?|outlines?|width|size|shadow)'
const DRAIN = '(?:drain(?:s|age)?(?: (?:catheters?|tubes?))?|catheters?|tubes?)'
const VEIN = '(?:internal jugular|jugular|subclavian|ijv?|femoral|brachiocephalic|dialysis|hemodialysis|tunnell?ed|hickman|dual[- ]lumen|triple[- ]lumen)'

/** Phrases that look like a mention and are none: they hide the words from the rules below. */
const DECOYS = rule(
  null, 'finding',
  'pericardial effusions?',
  '(?:joint|subdural) effusions?',
  'calcified (?:(?:pulmonary|lung|perihilar|hilar) )*nodul\\w*',
  'mass effect',
  '(?:vertebral(?: body)?|compression|tracheal|bronchial) collapse',
  'granulomatous (?:infection|disease)',
  '(?:heart|cardiac) (?:border|valve|rate|rhythm|monitor|surgery|disease|transplant|apex|decompensation|catheterization)s?',
  '(?:over|overlying|overlies|overlie|overlay|overly|in|behind|obscur\\w+) the (?:(?:superior|left|right|middle|upper|lower|posterior|anterior) )?(?:heart|cardiac silhouette|cardiac shadow|mediastinum)',
  'overlying the middle cardiac silhouette',
  '(?:septal|kerley(?: b)?|fissural|pleural|paratracheal|paraspinal|suture|surgical|staple|growth|skin|fracture|mid|mid[- ]clavicular) lines?',
  '(?:bone|bony|osseous|mineral|calcific|calcified|breast|soft tissue|metallic) densit(?:y|ies)',
  'mitral valve annulus|aortic valve calcification',
  'plate[- ]?like',
  'side[- ]?ports?',
  'supporting|supportive|no hardware complication',
  'infiltrating|soft tissue masses?',
)

/**
 * The phrases that name an observation, more specific ones first: at one place in a text the
 * first rule that matches wins. The stems follow the CheXpert labeler's mention lists (Irvin et
 * al., AAAI 2019), with support devices split by kind and low lung volumes added.
 */
export const MENTION_RULES: readonly MentionRule[] = [
  DECOYS,

  rule('low-lung-volumes', 'finding',
    '(?:(?:low|lower|reduced|decreased|diminished|small|shallow|poor|suboptimal|limited) )(?:(?:lung|inspiratory|pulmonary) )?(?:volumes?|inspiration|inspiratory (?:effort|volumes?))',
    'hypo-?inflat\\w*|under-?inflat\\w*|hypoventilat\\w*|hypo-?expan\\w*|poorly (?:inflated|expanded|aerated)|low inspiratory effort'),
  rule('low-lung-volumes', 'normal',
    '(?:lungs? (?:is|are|appears?|remains?) )?(?:well|fully|normally|adequately)[- ](?:expanded|inflated|aerated)',
    '(?:normal|good|adequate|full|satisfactory) (?:lung volumes?|inspiration|inflation|inspiratory effort)'),
  rule('low-lung-volumes', 'volumes', '(?:lung|inspiratory) volumes?|inspiratory effort'),

  rule(['cardiomegaly', 'enlarged-cardiomediastinum'], 'anatomy',
    `(?:the )?(?:cardiac|heart)(?: silhouette| size)?(?:,| and|,? hilar,? and) (?:upper )?mediastin(?:al ${CONTOUR}|um)`),
  rule('enlarged-cardiomediastinum', 'finding',
    'widen(?:ed|ing of the) (?:superior )?mediastinum|mediastinal (?:widening|enlargement|prominence|mass effect)',
    'enlarged cardio[- ]?mediastin(?:um|al silhouette)|cardiomediastinal enlargement'),
  rule('enlarged-cardiomediastinum', 'anatomy',
    `(?:the )?(?:cardio(?:pulmonary)?[- ]?)?mediastinal(?:,? (?:and )?(?:bilateral )?hilar(?:,? and pulmonary)?)? ${CONTOUR}`,
    `hilar(?:,? and|,) (?:cardio[- ]?)?mediastinal ${CONTOUR}`,
    `(?:the )?cardio[- ]?mediastinal (?:size|appearance)|cardio[- ]?mediastinum|mediastinum|pericardial silhouette`),
  rule('edema', 'finding', '(?:congestive )?heart failure|chf|(?:cardiac|fluid|volume) (?:overload|decompensation)'),
  rule('cardiomegaly', 'finding',
    'cardiomegaly|cardiac enlargement|enlarge(?:d|ment of the|ment of) (?:heart|cardiac(?: silhouette| shadow| size)?)'),
  rule('cardiomegaly', 'anatomy',
    `(?:the )?size of the (?:heart|cardiac silhouette)|(?:the )?(?:overall )?(?:heart|cardiac)(?: ${CONTOUR})+(?: size)?|(?:the )?(?:heart|cor)`),

  rule(['pneumothorax', 'pleural-effusion'], 'finding', 'hydro-?pneumothora(?:x|ces)|haemo-?pneumothorax|hemo-?pneumothorax'),
  rule('pneumothorax', 'finding', 'pneumothora(?:x|xes|ces)|pleural air(?: collections?)?|ptx'),
  rule('pleural-effusion', 'finding',
    '(?:(?:pleural|subpulmonic|parapneumonic) )?effusions?|pleural (?:fluid|liquid)(?: collections?)?|pleural collections?|h(?:a?e)mothora(?:x|ces)|hydrothora(?:x|ces)'),

  rule('edema', 'finding', '(?:(?:pulmonary|interstitial|alveolar|airspace|vascular|lung|hydrostatic|cardiogenic) )*o?edema'),
  rule('edema', 'soft',
    '(?:(?:pulmonary|central|venous|interstitial) )*(?:vascular|venous|pulmonary) (?:congestion|congestive changes?|engorgement|redistribution|prominence)',
    'vascular congestion|indistinctness|cephali[sz]ation'),
  rule('edema', 'anatomy', '(?:the )?pulmonary (?:vascularity|vasculature|vascular (?:markings|pattern)|vessels)|vascularity|vasculature'),

  rule('consolidation', 'finding',
    'consolidative (?:airspace |pulmonary )?(?:opacit(?:y|ies)|changes?|process(?:es)?)|(?:(?:airspace|air space|air-space|alveolar|lobar|parenchymal|pulmonary) )*consolidat\\w*'),

  rule('pleural-other', 'finding',
    '(?:(?:bi)?apical )?pleural (?:thickening|capping|scar\\w*|plaques?|calcifications?|parenchymal scar\\w*)',
    'pleuro[- ]?(?:parenchymal|pericardial) (?:scar\\w*|thickening|irregularit(?:y|ies))|(?:bi)?apical (?:capping|thickening|caps?)|fibrosis|fibrothorax',
    '(?<=effusions? (?:versus|vs\\.?|or) )(?:pleural )?thickening'),

  rule('lung-lesion', 'finding',
    'nodular (?:densit(?:y|ies)|opacit(?:y|ies)|opacifications?|lesions?|consolidations?|infiltrates?)',
    '(?:(?:lung|pulmonary) )*(?:nodules?|mass(?:es)?|tumou?rs?|lesions?)|lump|cavitary lesions?|carcinoma|neoplasm\\w*'),

  rule('pneumonia', 'finding', '(?:broncho)?pneumonias?|pneumonic|pneumonitis|infection|infectious(?: (?:process(?:es)?|etiolog(?:y|ies)))?'),
  rule('atelectasis', 'finding', 'atelecta\\w*|(?:(?:lobar|lung|segmental|subsegmental) )?collapsed?'),

  rule('lung-opacity', 'finding',
    '(?:(?:airspace|air space|air-space|interstitial|parenchymal|lung|pulmonary) )*(?:opacit(?:y|ies)|opacifications?|opacified|infiltrat(?:e|es|ion|ions)|shadowing|haziness)',
    '(?:airspace|air space|air-space) (?:disease|process)|ground[- ]glass(?: changes?)?|ggos?',
    '(?:increased |coarse(?:ned)? |prominent )?(?:interstitial|reticular|reticulonodular|lung|bronchovascular) (?:markings?|patterns?|prominence|thickening|disease|changes?)|reticulations?',
    'increased densit(?:y|ies)|densit(?:y|ies)|decreased translucency|parenchymal scar\\w*|scar(?:s|ring)?|(?:peribronchial|bronchial wall) (?:thickening|cuffing)'),

  rule('fracture', 'finding', 'fractur(?:e|es|ed)'),

  rule('pacemaker', 'finding',
    '(?:(?:dual|single|biventricular|cardiac|chamber|lead|implantable|transvenous|permanent|cardioverter|implanted)[- ])*(?:pace ?makers?|pace-makers?|pacers?|aicds?|icds?|defibrillators?)(?:[ /-](?:aicd|icd|defibrillator|device|generator|leads?|wires?|pack|battery))*',
    'pacing (?:wires?|leads?|device|electrodes?|generator)|cardiac (?:conduction )?device|generator'),
  rule('endotracheal-tube', 'finding', 'endotracheal(?: tubes?)?|et tubes?|ett|tracheal tubes?|intubated|intubation|extubated|extubation'),
  rule('enteric-tube', 'finding',
    '(?:(?:naso|oro)?-?gastric|naso-?enteric|nasojejunal|ng|og|enteric|feeding|dobb?-?hoff|enteral|orogastric|nasogastric|transesophageal)(?: (?:feeding )?(?:tubes?|catheters?))|ngts?|ogts?|dobb?-?hoff|(?:ng|og)(?= and|,)',
    'tips? (?:projected )?(?:in|within|over) the o?esophagus'),
  rule('chest-tube', 'finding',
    `(?:(?:pleural|thoracostomy|intercostal|pigtail|chest|thoracic|apical|basal) )+${DRAIN}|(?:pigtail|pleurx)(?: (?:catheters?|drains?))?`),
  rule('central-line', 'finding',
    `(?:${VEIN} )*(?:(?:approach|vein|central|venous|access|lumen|picc|dialysis) )*(?:picc|cvcs?|cvls?|cvps?)(?: (?:lines?|catheters?))?`,
    `(?:${VEIN} )*central(?: venous)?(?: access)? (?:lines?|catheters?|access(?: lines?)?|ports?)`,
    `(?:${VEIN} )+(?:(?:approach|vein|venous|central) )*(?:lines?|catheters?|ports?)|venous (?:catheters?|lines?)`,
    'swan[- ]?ganz(?: catheters?)?|pulmonary (?:artery|arterial) catheters?|port-?a-?cath\\w*|mediports?|infuse?-?a-?ports?|(?:(?:chest|wall|subcutaneous|venous|access|implanted)[- ])*ports?(?: (?:reservoir|catheter))?|vascath|permacath|chest ports?|infusion port|port catheter'),
  rule('sternotomy-wires', 'finding',
    '(?:(?:median|midline|prior|previous) )*sternotomy(?: (?:wires?|sutures?|changes?|hardware|clips?))?|sternal (?:wires?|sutures?|cerclage wires?)'),
  rule('other-device', 'finding',
    'tracheostomy(?: tubes?| cannula)?|(?:prosthetic|artificial|mechanical|bioprosthetic) (?:\\w+ )?valves?|valve (?:replacement|prosthesis)|valvuloplasty',
    '(?:intra-?aortic )?balloon pump|iabp|ecmo(?: cannulas?)?|lvad|loop recorder|stents?|lines? and tubes?|tubes? and lines?',
    '(?:(?:support|monitoring|medical|assist|closure|life) )+(?:devices?|apparatus|equipment|lines?|leads?)',
    'catheters?|cannulas?|tubes?|drains?|coils?|screws?|hardware|arthroplast\\w*|orthopedic plates?|devices?|lines|clips?'),
]
