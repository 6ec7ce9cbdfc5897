import { CHANGES, LATERALITIES, LOCATIONS, OBSERVATIONS, SEVERITIES, type Observation } from '../../shared/domain/finding.ts'
import type { Concept, Condition, FindingPattern, Pattern, PlacePattern, Scope } from './concept.ts'

/** A concept in words, and back: whoever reads an interpretation, a person or a scorer, sees this text alone. */

const NAMES: Readonly<Record<Observation | 'device' | 'finding', string>> = {
  'enlarged-cardiomediastinum': 'enlarged cardiomediastinum', 'cardiomegaly': 'cardiomegaly', 'lung-lesion': 'lung nodule or mass',
  'lung-opacity': 'lung opacity', 'edema': 'pulmonary edema', 'consolidation': 'consolidation', 'pneumonia': 'pneumonia',
  'atelectasis': 'atelectasis', 'pneumothorax': 'pneumothorax', 'pleural-effusion': 'pleural effusion',
  'pleural-other': 'pleural thickening', 'fracture': 'fracture', 'low-lung-volumes': 'low lung volumes',
  'pacemaker': 'pacemaker', 'endotracheal-tube': 'endotracheal tube', 'enteric-tube': 'enteric tube',
  'central-line': 'central venous line', 'chest-tube': 'chest tube', 'sternotomy-wires': 'sternotomy wires',
  'other-device': 'tracheostomy or valve', 'device': 'support device', 'finding': 'finding',
}
const PLACES: Readonly<Record<PlacePattern['place'], string>> = {
  before: 'The end of the prompt', first: 'The first sentence of the report', last: 'The last sentence of the report',
}
const SCOPE_LEADS: Readonly<Record<Scope, string>> = {
  here: '', next: 'Announces: ', ahead: 'Later in the report: ', report: 'Anywhere in the report: ',
}
const ANY_CHANGE = 'Change since a prior study'
const ALL = '; and '
const ANY = '; or '
const EXCEPT = '; but not: '
const ABSENT = 'absence of '
const MENTIONED = 'mention of '

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The interpretation of a concept in English. */
export function renderConcept({ join, conditions, except }: Concept): string {
  const main = conditions.map(renderCondition).join(join === 'all' ? ALL : ANY)
  return except === null ? main : `${main}${EXCEPT}${renderCondition(except)}`
}

/** The part of an interpretation that says what the feature stands for, without what it does not. */
export function withoutExcept(interpretation: string): string {
  return interpretation.split(EXCEPT)[0] ?? ''
}

function renderCondition({ scope, pattern }: Condition): string {
  return SCOPE_LEADS[scope] + renderPattern(pattern)
}

function renderPattern(pattern: Pattern): string {
  if (pattern.kind === 'place') return PLACES[pattern.place]
  if (pattern.kind === 'words') return `The ${pattern.words.includes(' ') ? 'phrase' : 'word'} "${pattern.words}"`
  const { observation, polarity, laterality, location, severity, change } = pattern
  const bare = [observation, polarity, laterality, location, severity].every((value) => value === null)
  if (bare && change !== null) return change === 'any' ? ANY_CHANGE : `${ANY_CHANGE}: ${change}`
  const lead = polarity === 'negative' ? ABSENT : polarity === null ? MENTIONED : ''
  const side = laterality === null ? '' : `${laterality} `
  const rest = [location === null ? null : `${location} zone`, severity, change === 'any' ? 'compared' : change]
  return capital([`${lead}${side}${NAMES[observation ?? 'finding']}`, ...rest.filter((part) => part !== null)].join(', '))
}

/** The concept that an interpretation written by `renderConcept` stands for; null for any other text. */
export function parseConcept(interpretation: string): Concept | null {
  const [main = '', ...exceptions] = interpretation.split(EXCEPT)
  if (exceptions.length > 1) return null
  const join = main.includes(ANY) ? 'any' : 'all'
  const conditions = main.split(join === 'any' ? ANY : ALL).map(parseCondition)
  const except = exceptions[0] === undefined ? null : parseCondition(exceptions[0])
  if (conditions.some((one) => one === null) || (exceptions.length === 1 && except === null)) return null
  return { join, conditions: conditions as readonly Condition[], except }
}

function parseCondition(text: string): Condition | null {
  const scope = (['next', 'ahead', 'report'] as const).find((one) => text.startsWith(SCOPE_LEADS[one])) ?? 'here'
  const pattern = parsePattern(text.slice(SCOPE_LEADS[scope].length))
  return pattern === null ? null : { scope, pattern }
}

const OF_NAME = new Map(Object.entries(NAMES).map(([key, name]) => [name, key as keyof typeof NAMES]))

function parsePattern(text: string): Pattern | null {
  const place = (Object.keys(PLACES) as PlacePattern['place'][]).find((one) => PLACES[one] === text)
  if (place !== undefined) return { kind: 'place', place }
  const words = /^The (?:word|phrase) "([^"]+)"$/.exec(text)?.[1]
  if (words !== undefined) return { kind: 'words', words }
  return parseFinding(text)
}

const EVERYTHING: FindingPattern = {
  kind: 'finding', observation: null, polarity: null, laterality: null, location: null, severity: null, change: null,
}

function parseFinding(text: string): FindingPattern | null {
  if (text === ANY_CHANGE) return { ...EVERYTHING, change: 'any' }
  if (text.startsWith(`${ANY_CHANGE}: `)) {
    const change = memberOf(CHANGES, text.slice(ANY_CHANGE.length + 2))
    return change === null ? null : { ...EVERYTHING, change }
  }
  const [head = '', ...parts] = (text.charAt(0).toLowerCase() + text.slice(1)).split(', ')
  const polarity = head.startsWith(ABSENT) ? 'negative' : head.startsWith(MENTIONED) ? null : 'positive'
  const named = head.slice(polarity === 'negative' ? ABSENT.length : polarity === null ? MENTIONED.length : 0)
  const laterality = LATERALITIES.find((side) => named.startsWith(`${side} `)) ?? null
  const key = OF_NAME.get(laterality === null ? named : named.slice(laterality.length + 1))
  if (key === undefined) return null
  let pattern: FindingPattern = { ...EVERYTHING, observation: key === 'finding' ? null : key, polarity, laterality }
  for (const part of parts) {
    const location = part.endsWith(' zone') ? memberOf(LOCATIONS, part.slice(0, -' zone'.length)) : null
    const severity = memberOf(SEVERITIES, part)
    const change = part === 'compared' ? 'any' as const : memberOf(CHANGES, part)
    if (location !== null) pattern = { ...pattern, location }
    else if (severity !== null) pattern = { ...pattern, severity }
    else if (change !== null) pattern = { ...pattern, change }
    else return null
  }
  return pattern
}

function memberOf<T extends string>(values: readonly T[], text: string): T | null {
  return values.find((value) => value === text) ?? null
}

/** Every name an observation may have in an interpretation, for tests that go through all of them. */
export const CONCEPT_NAMES: readonly (Observation | 'device')[] = [...OBSERVATIONS, 'device']
