import { AnswerBody } from '../../../shared/domain/answer.ts'
import { FeatureItem } from '../../../shared/domain/featureItem.ts'
import type { Results } from '../../../shared/domain/results.ts'
import { sql, type Connection } from '../../database/connection.ts'
import type { FeatureIndex } from '../../workspace/featureIndex.ts'

/** Readers' first answers to items about features alone. */
function featureAnswers(connection: Connection, setId: string) {
  return connection.all(
    sql.selectFrom('answer').innerJoin('reader', 'reader.id', 'answer.reader_id')
      .innerJoin('review_item', 'review_item.id', 'answer.item_id')
      .innerJoin('review_outcome', 'review_outcome.item_id', 'answer.item_id')
      .select(['reader.name as reader', 'feature', 'answer.body', 'review_outcome.body as shown'])
      .where('answer.set_id', '=', setId).where('occurrence', '=', 1).where('review_item.case_id', 'is', null)
      .orderBy('feature').orderBy('reader.name'),
  ).map(({ body, shown, ...row }) => (
    { ...row, body: AnswerBody.parse(JSON.parse(body)), shown: FeatureItem.parse(JSON.parse(shown ?? 'null')) }))
}

/** Mean ratings of each interpretation, and the wordings that readers would rather have. */
export function ratingsOfInterpretations(connection: Connection, setId: string): Results['ratings'] {
  const rated = featureAnswers(connection, setId)
    .flatMap(({ feature, body }) => (body.task === 'interpretation' ? [{ feature, ...body }] : []))
  return [...Map.groupBy(rated, (row) => row.feature)].map(([feature, own]) => {
    const mean = (of: (row: (typeof own)[number]) => number): number =>
      own.reduce((sum, row) => sum + of(row), 0) / own.length
    return {
      feature, readers: own.length, clarity: mean((row) => row.clarity), relevance: mean((row) => row.relevance),
      singleMeaning: mean((row) => row.singleMeaning), wordings: own.map((row) => row.wording).filter((text) => text !== ''),
    }
  })
}

/**
 * Balanced accuracy, (TPR + TNR) / 2, of each reader on each feature: the measure of the automatic detection score
 * (arXiv 2410.13928), so that the two can be held against each other.
 */
export function detectionsOf(connection: Connection, setId: string, index: FeatureIndex): Results['detections'] {
  return featureAnswers(connection, setId).flatMap(({ reader, feature, body, shown }) => {
    if (body.task !== 'detection' || shown.task !== 'detection') return []
    const right = (active: boolean): number => {
      const places = shown.sentences.flatMap((sentence, at) => (sentence.active === active ? [at] : []))
      return places.filter((at) => body.active[at] === active).length / places.length
    }
    return [{
      reader, feature, sentences: shown.sentences.length, balancedAccuracy: (right(true) + right(false)) / 2,
      detectionScore: index.get(feature).detectionScore,
    }]
  })
}
