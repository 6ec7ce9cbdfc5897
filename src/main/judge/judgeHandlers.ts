import type { mainContract } from '../../shared/contracts/main.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Handlers } from '../../shared/rpc/serve.ts'
import { comparisonId, loadComparison } from '../database/comparisons.ts'
import { judgeScores } from '../database/judgeExchanges.ts'
import { blindedComparisons } from '../review/blinding.ts'
import { now } from '../workspace/now.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { judgeComparison, judgedRun, questionsOf } from './judgeComparison.ts'
import { judgeSettings, markSeen, refuseUnseen, setJudge } from './settings.ts'

type JudgeMethods = 'judge.settings' | 'judge.configure' | 'judge.preview' | 'judge.ask' | 'judge.scores'

/** The judge's part of the main contract. */
export function judgeHandlers(
  { connection, features }: Pick<Workspace, 'connection' | 'features'>,
): Pick<Handlers<typeof mainContract>, JudgeMethods> {
  /** The comparison of two generations; one that a blinded set still asks about is not told. */
  const compared = ({ baselineId, steeredId }: { baselineId: string; steeredId: string }) => {
    const id = comparisonId(baselineId, steeredId)
    const comparison = loadComparison(connection, id)
    if (blindedComparisons(connection, comparison.baseline.caseId).has(id)) {
      throw new HilumError('conflict', 'A blinded review set still asks about this text.', {
        mend: 'Ask the judge when the blinding is open.',
      })
    }
    return { id, comparison }
  }

  return {
    'judge.settings': () => judgeSettings(connection),
    'judge.configure': ({ settings, reader }) => setJudge(connection, settings, reader, now()),
    'judge.preview': async (pair) => {
      const settings = judgeSettings(connection)
      const { comparison } = compared(pair)
      const questions = questionsOf(judgedRun(comparison, await features()), settings)
      markSeen(connection, settings.address)
      return [...questions]
    },
    'judge.ask': async (pair, { signal, emit }) => {
      const settings = judgeSettings(connection)
      refuseUnseen(connection, settings)
      const { id, comparison } = compared(pair)
      await judgeComparison(id, comparison, judgedRun(comparison, await features()), {
        connection, settings, signal, onProgress: (done, total) => emit({ done, total }),
      })
      return { comparison: loadComparison(connection, id), scores: [...judgeScores(connection, id)] }
    },
    'judge.scores': (pair) => [...judgeScores(connection, compared(pair).id)],
  }
}
