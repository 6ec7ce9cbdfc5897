import type { CaseQuestion, ModelFilm } from '../shared/contracts/compute.ts'
import { chatPrompt } from './maira2/chatTemplate.ts'
import { userTurn, type PromptItem } from './maira2/prompt.ts'

/** A question as the model reads it: the prompt, and the films in the order in which it names them. */
export interface PreparedQuestion {
  readonly prompt: readonly PromptItem[]
  readonly films: readonly ModelFilm[]
}

/** @throws HilumError bad-input in phrase mode without a phrase. */
export function prepareQuestion(question: CaseQuestion): PreparedQuestion {
  const { frontal, lateral, prior } = question
  const turn = userTurn({ ...question, hasLateral: lateral !== null, hasPrior: prior !== null })
  const shown = { frontal, lateral, prior }
  const films = turn.flatMap((item) => (item.kind === 'image' ? [shown[item.film]] : []))
  return { prompt: chatPrompt(turn), films: films.filter((film) => film !== null) }
}
