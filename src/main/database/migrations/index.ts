import { studies } from './0001-studies.ts'
import { cases } from './0002-cases.ts'
import { generations } from './0003-generations.ts'
import { verdicts } from './0004-verdicts.ts'
import { settings } from './0005-settings.ts'
import { studyOffsets } from './0006-study-offsets.ts'
import { corpora } from './0007-corpora.ts'
import { judgeExchanges } from './0008-judge-exchanges.ts'
import { modelJobs } from './0009-model-jobs.ts'
import { reviewSets } from './0010-review-sets.ts'
import { filmMarks } from './0011-film-marks.ts'
import { reviewItemsByCase } from './0012-review-items-by-case.ts'
import type { Migration } from './migration.ts'

/** Every step of the schema, in order. A new one goes to the end. */
export const MIGRATIONS: readonly Migration[] = [
  studies, cases, generations, verdicts, settings, studyOffsets, corpora, judgeExchanges, modelJobs, reviewSets,
  filmMarks, reviewItemsByCase,
]
