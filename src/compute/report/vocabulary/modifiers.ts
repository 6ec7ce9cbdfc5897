import type { Finding } from '../../../shared/domain/finding.ts'

type Severity = NonNullable<Finding['severity']>
type Location = NonNullable<Finding['location']>
type Placement = NonNullable<Finding['placement']>
type Change = NonNullable<Finding['change']>

/** A pattern (over lower-case text) and the value it stands for. */
export type Lexicon<T> = readonly (readonly [T, RegExp])[]

const CHANGE_AHEAD =
  '(?!(?:ly)?[ -]+(?:more |less |in )?(?:increas|decreas|improv|worse|larger|smaller|progress|chang|enlarging|diminish|lower|higher|reduc|clear|interval))'

/**
 * Size and degree. An adverb that grades a change ("slightly increased") is no severity. Where a
 * range is given ("small to moderate") the upper end counts.
 */
export const SEVERITIES: Lexicon<Severity> = [
  ['minimal', new RegExp(`\\b(?:minimal|trace|minor|subtle|faint)(?:ly)?\\b${CHANGE_AHEAD}`, 'g')],
  ['small', /\b(?:small|tiny|little)(?:[- ]sized)?\b/g],
  ['mild', new RegExp(`\\b(?:mild|slight)(?:ly)?\\b${CHANGE_AHEAD}`, 'g')],
  ['moderate', new RegExp(`\\bmoderate(?:ly)?(?:[- ]sized)?\\b${CHANGE_AHEAD}`, 'g')],
  ['large', /(?<!\b(?:mild|slight|moderate|severe|minimal|marked)ly )\b(?:large|sizable|sizeable|substantial)(?:[- ]sized)?\b/g],
  ['severe', new RegExp(`\\b(?:severe|massive|marked|extensive|gross|huge)(?:ly)?\\b${CHANGE_AHEAD}`, 'g')],
]

/** Left and right that belong to an organ or a landmark, not to the finding. */
export const FOREIGN_SIDE =
  /\b(?:left|right)[- ](?:sided )?(?:ventric\w+|atri\w+|heart|hemi-?diaphragm\w*|diaphragm\w*|upper quadrant|lower quadrant|main(?:stem)? bronch\w+|mainstem|brachiocephalic|innominate|shoulder|clavicle|clavicular|humer\w+|breast|axill\w+|pulmonary arter\w+|coronary|neck|kidney|renal)\b/g

/** "left greater than right": both sides, and no change since a prior. */
export const BOTH_SIDES_COMPARED =
  /\b(?:left|right)(?: side)?,? (?:is )?(?:slightly |much )?(?:greater|larger|more|worse|less|smaller|bigger)(?: \w+)? than (?:on )?(?:the )?(?:left|right)\b/g

/** "worse on the right" of a finding on both sides: where it is more, not that it became more. */
export const ONE_SIDE_WORSE =
  /(?<!\b(?:now|has|have|become|became) (?:\w+ )?)\b(?:worse|greater|larger|more \w+|less \w+|smaller) (?:on|in|at) the (?:left|right)\b/g

export const LEFT = /\b(?:left|lingula|lingular)\b/
export const RIGHT = /\b(?:right|middle lobe)\b/
export const BOTH = /\b(?:bilateral(?:ly)?|bi-?bas\w+|bi-?apical|both|bi-?lobar|(?:lung|the|at) bases)\b/

const ZONE = '[- ]?(?:lobes?|lobar|lungs?|zones?|(?:lung )?fields?|hemithorax)'

/** Where in the lung; tried in this order within the words that belong to a finding. */
export const LOCATIONS: Lexicon<Location> = [
  ['retrocardiac', /\bretro-?cardiac\b/],
  ['apical', /\b(?:(?:bi-?)?apical|apex|apices)\b/],
  ['base', /\b(?:bases?|(?:bi-?)?basilar|(?:bi-?)?basal|costophrenic (?:sulc\w+|angles?))\b/],
  ['upper', new RegExp(`\\bupper(?: (?:to|and) (?:mid|middle|lower))?${ZONE}\\b`)],
  ['lower', new RegExp(`\\blower(?: (?:to|and) (?:mid|middle))?${ZONE}\\b`)],
  ['mid', new RegExp(`\\b(?:mid(?:dle)?(?: (?:to|and) (?:lower|upper))?${ZONE}|lingula\\w*)\\b`)],
  ['perihilar', /\b(?:peri-?hilar|hilar|central)\b/],
  ['diffuse', /\b(?:diffuse(?:ly)?|widespread|throughout|scattered|multifocal)\b/],
]

/** Where the tip of a device lies; tried in this order, so that the end of a course wins over what it passes. */
export const PLACEMENTS: Lexicon<Placement> = [
  ['gastroesophageal-junction', /\b(?:gastro-?o?esophageal|ge) junction\b/],
  ['cavoatrial-junction', /\b(?:cavo-?atrial|svc[-/ ]?(?:ra|right atri\w+)|caval-?atrial|atriocaval) junction\b/],
  ['duodenum', /\b(?:duoden\w+|jejun\w+|post-?pyloric)\b/],
  ['stomach', /\b(?:stomach|gastric (?:body|fundus|antrum|lumen|bubble))\b/],
  ['main-bronchus', /\b(?:main ?stem|(?:left|right) main|mainstem bronch\w+|bronch(?:us|i))\b/],
  ['above-carina', /\babove (?:the )?(?:level of the )?carina\b/],
  ['carina', /\bcarina\b/],
  ['coronary-sinus', /\bcoronary sinus\b/],
  ['right-ventricle', /\bright ventric\w+\b/],
  ['right-atrium', /\bright atri\w+\b/],
  ['pulmonary-artery', /\b(?:(?:main|left|right|proximal|distal|interlobar) )?pulmonary (?:artery|arterial|outflow|trunk)(?! (?:catheter|line))\b/],
  ['superior-vena-cava', /\b(?:svc|superior vena cava)\b/],
  ['inferior-vena-cava', /\b(?:ivc|inferior vena cava)\b/],
  ['azygos-vein', /\bazygos\b/],
  ['brachiocephalic-vein', /\b(?:brachiocephalic|innominate) (?:vein|confluence|junction)\b/],
  ['subclavian-vein', /\b(?:in|within|into|at|over) (?:the )?(?:(?:left|right|mid|distal|proximal) )*subclavian\b/],
  ['neck', /\b(?:in|into|within) (?:the )?(?:(?:left|right) )?(?:neck|(?:internal )?jugular)\b/],
  ['esophagus', /\bo?esophag(?:us|eal)\b/],
  ['below-diaphragm', /\b(?:below|beyond|under|past) the (?:(?:left|right) )?(?:hemi-?)?diaphragm\b/],
  ['aorta', /\b(?:aortic (?:arch|knob)|descending (?:thoracic )?aorta)\b/],
  ['pleural-space', /\bpleural (?:space|cavity)\b/],
]

const SLIGHTLY = '(?:(?:slightly|mildly|minimally|somewhat|markedly|significantly|substantially|considerably|further|moderately|gradually|continued|interval) )*'

/**
 * Change since a prior film. The first entry that matches the words of a finding wins, so that
 * "no significant change" is not read as a change and "almost completely resolved" is no resolution.
 */
export const CHANGES: Lexicon<Change> = [
  ['unchanged', /\b(?:un-?changed|un-?altered|no (?:(?:significant|interval|substantial|appreciable|definite|relevant|other|major) )*(?:interval )?change|(?:not|without) (?:(?:significant|interval|appreciabl)(?:ly)? )*change[ds]?|stable|stably|persists?|persistent|persisting|again (?:seen|noted|demonstrated|identified|present)|redemonstrat\w+|remains?|similar|as before|constant)\b/],
  ['decreased', /\b(?:(?:near(?:ly)?|almost|partial(?:ly)?|incomplete(?:ly)?|mostly|largely)[- ](?:complete(?:ly)? )?(?:resol\w+|clear\w+)|resolving)\b/],
  ['resolved', /\b(?:resolved|resolution|cleared|clearing of|disappear\w*|no longer|has been removed|have been removed|removal|removed|extubated|extubation|now normal|normali[sz]ed|returned to normal)\b/],
  ['increased', new RegExp(`\\b(?:${SLIGHTLY}(?:increas\\w+|worse\\w*|larger|enlarging|progress(?:ed|ion|ing|ive)|bigger|grown|more (?:prominent|extensive|conspicuous|confluent|apparent|pronounced|enlarged|marked|severe))|deteriorat\\w+|exacerbat\\w+)\\b`)],
  ['decreased', new RegExp(`\\b(?:${SLIGHTLY}(?:decreas\\w+|improv\\w+|smaller|diminish\\w+|reduced|reduction|lessened|less (?:prominent|extensive|conspicuous|apparent|pronounced|marked|severe)|regress\\w+))\\b`)],
  ['new', /\b(?:new|newly|interval (?:development|appearance|placement|insertion)(?: of)?|(?:has|have) (?:now )?(?:developed|appeared|been (?:placed|inserted))|(?:was|were) (?:placed|inserted)|(?:placed|inserted) in the interval|now (?:present|seen|visible))\b/],
]

/** Words that speak of a comparison with an earlier film, whether or not a finding changed. */
export const COMPARISON_WORDS =
  /\b(?:compar(?:ed|ison|ing|ative)|prior|previous(?:ly)?|since|interval|again|earlier|before|un-?changed|stable|chang(?:e|es|ed)|new(?:ly)?|increas\w+|decreas\w+|improv\w+|worse\w*|larger|smaller|lower than|resolv\w+|resolution|persist\w*|remains?|progress\w+|now|redemonstrat\w+)\b/
