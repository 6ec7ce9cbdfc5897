import type { mainContract } from '../../shared/contracts/main.ts'
import type { Handlers } from '../../shared/rpc/serve.ts'
import { comparisonId, loadComparison } from '../database/comparisons.ts'
import { judgeScores } from '../database/judgeExchanges.ts'
import { now } from '../workspace/now.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { judgeComparison, judgedRun, questionsOf } from './judgeComparison.ts'
import { judgeSettings, markSeen, refuseUnseen, setJudge } from './settings.ts'

type JudgeMethods = 'judge.settings' | 'judge.configure' | 'judge.preview' | 'judge.ask' | 'judge.scores'

/** The judge's part of the main contract. */
export function judgeHandlers(
  { connection, features }: Pick<Workspace, 'connection' | 'features'>,
): Pick<Handlers<typeof mainContract>, JudgeMethods> {
  return {
    'judge.settings': () => judgeSettings(connection),
    'judge.configure': ({ settings, reader }) => setJudge(connection, settings, reader, now()),
    'judge.preview': async ({ baselineId, steeredId }) => {
      const settings = judgeSettings(connection)
      const comparison = loadComparison(connection, comparisonId(baselineId, steeredId))
      const questions = questionsOf(judgedRun(comparison, await features()), settings)
      markSeen(connection, settings.address)
      return [...questions]
    },
    'judge.ask': async ({ baselineId, steeredId }, { signal, emit }) => {
      const settings = judgeSettings(connection)
      refuseUnseen(connection, settings)
      const id = comparisonId(baselineId, steeredId)
      const comparison = loadComparison(connection, id)
      await judgeComparison(id, comparison, judgedRun(comparison, await features()), {
        connection, settings, signal, onProgress: (done, total) => emit({ done, total }),
      })
      return { comparison: loadComparison(connection, id), scores: [...judgeScores(connection, id)] }
    },
    'judge.scores': ({ baselineId, steeredId }) => [...judgeScores(connection, comparisonId(baselineId, steeredId))],
  }
}
