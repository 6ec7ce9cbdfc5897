import type { ReportMode } from '../../shared/domain/generation.ts'
import { HilumError } from '../../shared/errors.ts'

export type PromptFilm = 'frontal' | 'lateral' | 'prior'

/** A stretch of the prompt: text, or the place of one film. */
export type PromptItem =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly film: PromptFilm }

/** What the model is asked, without the films' pixels. Text is used as it stands; null or '' is written as N/A. */
export interface PromptQuestion {
  readonly mode: ReportMode
  readonly hasLateral: boolean
  readonly hasPrior: boolean
  /** Left out of the prompt unless there is a prior film. */
  readonly priorReport: string | null
  readonly indication: string | null
  readonly technique: string | null
  readonly comparison: string | null
  /** The finding to box, in phrase mode. MAIRA-2 expects it to end in a full stop. */
  readonly phrase: string | null
}

// MAIRA-2 was trained on these exact sentences; a changed character changes its answers.
const FINDINGS_INSTRUCTION =
  ' Provide a description of the findings in the radiology study in comparison to the prior frontal image.'
const GROUNDED_INSTRUCTION =
  `${FINDINGS_INSTRUCTION} Each finding should be described as a self-contained plain-text sentence.` +
  ' If the finding is groundable, locate the finding in the current frontal chest X-ray image, with bounding boxes' +
  ' indicating all locations where it can be seen in the current frontal image. Otherwise, generate just the' +
  ' ungrounded finding without bounding boxes.'
const PHRASE_INSTRUCTION =
  ' Repeat the following finding as a grounded phrase with bounding boxes indicating all locations where it can be' +
  ' seen in the given chest X-ray image. Finding: '
const MISSING = 'N/A'

/**
 * The user's turn exactly as MAIRA-2's processor writes it. The order of its image items is the order in which the
 * films' tokens follow each other.
 *
 * @throws HilumError bad-input in phrase mode without a phrase.
 */
export function userTurn(question: PromptQuestion): readonly PromptItem[] {
  return question.mode === 'phrase' ? phraseTurn(question.phrase) : reportTurn(question)
}

function reportTurn(question: PromptQuestion): readonly PromptItem[] {
  const instruction = question.mode === 'grounded' ? GROUNDED_INSTRUCTION : FINDINGS_INSTRUCTION
  const priorReport = question.hasPrior ? [text(` PRIOR_REPORT: ${orMissing(question.priorReport)}`)] : []
  const fields =
    ` INDICATION: ${orMissing(question.indication)}` +
    ` TECHNIQUE: ${orMissing(question.technique)}` +
    ` COMPARISON: ${orMissing(question.comparison)}`
  return [...films(question.hasLateral, question.hasPrior), ...priorReport, text(instruction + fields)]
}

function phraseTurn(phrase: string | null): readonly PromptItem[] {
  if (phrase === null || phrase === '') {
    throw new HilumError('bad-input', 'There is no phrase to locate.', {
      mend: 'Give one finding as a sentence, for example "Pleural effusion."',
    })
  }
  return [text('Given the current frontal image'), image('frontal'), text(PHRASE_INSTRUCTION + phrase)]
}

function films(hasLateral: boolean, hasPrior: boolean): readonly PromptItem[] {
  const frontal = [
    text(hasLateral || hasPrior ? 'Given the current frontal image' : 'Given the current frontal image only'),
    image('frontal'),
  ]
  // With all three films the lateral has no "and" before it.
  const lateral = [text(hasPrior ? ' the current lateral image' : ' and the current lateral image'), image('lateral')]
  const prior = [text(' and the prior frontal image'), image('prior')]
  return [...frontal, ...(hasLateral ? lateral : []), ...(hasPrior ? prior : [])]
}

function orMissing(field: string | null): string {
  return field === null || field === '' ? MISSING : field
}

function text(value: string): PromptItem {
  return { kind: 'text', text: value }
}

function image(film: PromptFilm): PromptItem {
  return { kind: 'image', film }
}
