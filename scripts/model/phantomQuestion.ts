import { chatPrompt } from '../../src/compute/maira2/chatTemplate.ts'
import { userTurn, type PromptItem } from '../../src/compute/maira2/prompt.ts'
import { phantomCase, promptFields, type PhantomCase } from '../../src/phantom/phantomCase.ts'
import type { FilmView } from '../../src/phantom/film.ts'
import { reportText } from '../../src/phantom/report.ts'

/** What the model is asked about a phantom: all that the case has. */
export interface PhantomQuestion {
  readonly subject: PhantomCase
  readonly prompt: readonly PromptItem[]
  /** In the order of the prompt. */
  readonly films: readonly FilmView[]
}

/** The question about the phantom of a seed, in the app's own words. */
export function phantomQuestion(seed: number, mode: 'findings' | 'grounded'): PhantomQuestion {
  const subject = phantomCase(seed)
  const turn = userTurn({
    mode,
    hasLateral: subject.lateral,
    hasPrior: subject.prior !== null,
    priorReport: subject.priorReport === null ? null : reportText(subject.priorReport),
    indication: subject.indication,
    ...promptFields(subject),
    phrase: null,
  })
  return { subject, prompt: chatPrompt(turn), films: turn.flatMap((item) => (item.kind === 'image' ? [item.film] : [])) }
}
