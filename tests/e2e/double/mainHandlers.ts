import { targetOfFeature } from '../../../src/compute/report/target.ts'
import type { mainContract } from '../../../src/shared/contracts/main.ts'
import { reviewContract } from '../../../src/shared/contracts/review.ts'
import { JUDGE_OFF, type JudgeSettings } from '../../../src/shared/domain/judging.ts'
import type { FeatureTarget } from '../../../src/shared/domain/target.ts'
import { shelfContract } from '../../../src/shared/contracts/shelf.ts'
import { HilumError } from '../../../src/shared/errors.ts'
import type { Handlers } from '../../../src/shared/rpc/serve.ts'
import { caseOf, cases } from './cases.ts'
import { featureOf, rowsOf } from './features.ts'
import { change, keptOf } from './history.ts'
import { model } from './model.ts'
import { modelHandlers } from './models.ts'
import { notPlayed } from './notPlayed.ts'
import { baseline, steer } from './reports.ts'
import { sleep } from './sleep.ts'

/** Kept in the browser, so that they outlive a reload. */
const settings = new Map<string, string>(
  Object.entries(JSON.parse(localStorage.getItem('settings') ?? '{}') as Record<string, string>),
)

/** What any import finds. */
const importReport = {
  films: 14,
  newFilms: 12,
  duplicates: 2,
  studies: 4,
  cases: ['case-2'],
  skipped: Array.from({ length: 23 }, (_, at) => ({
    name: `folder/CT_${at}.dcm`,
    reason: at % 2 ? 'CT Image Storage is not a chest film.' : 'Not a DICOM file and not a picture.',
  })),
}

let judge: JudgeSettings = JUDGE_OFF
const targets = new Map<number, FeatureTarget['reader']>()
const targetOf = (feature: number): FeatureTarget => ({
  feature, named: targetOfFeature(featureOf(feature)), reader: targets.get(feature) ?? null,
})

/** The main process, played. `?drawing` in the address stops it at drawing the demo studies. */
export const mainHandlers: Handlers<typeof mainContract> = {
  ...modelHandlers,
  ...notPlayed(reviewContract),
  ...notPlayed(shelfContract),
  'workspace.state': () => {
    throw new HilumError('unsupported', 'Not played.')
  },
  'workspace.watch': async (_params, { emit, signal }) => {
    const state = {
      path: '/home/reader/Hilum',
      version: '0.1.0',
      ready: true,
      step: '',
      done: 0,
      total: 0,
      model,
      modelError: null,
      cases: cases.length,
    }
    if (location.search.includes('drawing'))
      emit({ ...state, ready: false, step: 'Drawing the demo studies', done: 4, total: 12, model: null, cases: 0 })
    else emit(state)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    return {}
  },
  'worklist.list': ({ search }) =>
    cases
      .map((one) => one.summary)
      .filter((row) => JSON.stringify(row).toLowerCase().includes(search.toLowerCase())),
  'case.get': ({ caseId }) => caseOf(caseId).whole,
  'case.history': ({ caseId }) => keptOf(caseId),
  'case.others': ({ caseId }) => [caseOf(caseId).whole.priorStudy].filter((study) => study !== null),
  'film.correctView': () => ({}),
  'look.get': () => ({}),
  'look.keep': () => ({}),
  'measurement.list': () => [],
  'measurement.keep': () => ({}),
  'measurement.remove': () => ({}),
  'report.baseline': ({ caseId, runId }, { signal }) => baseline(caseId, runId, signal),
  'report.steer': ({ caseId, intervention, runId }, { signal }) => steer(caseId, intervention, runId, signal),
  'verdict.record': async ({ editId, verdict, reader }) => {
    await sleep(30)
    return change(editId, {
      judge: { kind: 'reader', name: reader },
      verdict,
      reason: '',
      createdAt: new Date().toISOString(),
      correlation: null,
    })
  },
  'verdict.withdraw': ({ editId }) => change(editId, null),
  'feature.search': ({ query, limit }) =>
    rowsOf(0)
      .filter((row) => row.interpretation.includes(query.toLowerCase()))
      .map((row) => ({ ...row, activation: null }))
      .slice(0, limit),
  'target.get': ({ feature }) => targetOf(feature),
  'target.set': ({ feature, target, reader }) => {
    targets.set(feature, target === null ? null : { target, reader, createdAt: new Date().toISOString() })
    return targetOf(feature)
  },
  'corpus.list': () => [],
  'judge.settings': () => judge,
  'judge.configure': ({ settings: made }) => (judge = made),
  'judge.preview': () => [],
  'judge.ask': () => {
    throw new HilumError('unsupported', 'Not played.')
  },
  'judge.scores': () => [],
  'feature.get': ({ index }) => featureOf(index),
  'feature.active': ({ token, limit }) => rowsOf(token ?? 0).slice(0, token === null ? limit : 6),
  'feature.onFilms': () => ({ films: [] }),
  'import.paths': () => importReport,
  'watch.state': () => ({ folder: null, lookedAt: null, newFilms: 0, problem: null }),
  'watch.choose': ({ folder }) => ({ folder, lookedAt: null, newFilms: 0, problem: null }),
  'pacs.nodes': () => [],
  'pacs.keepNodes': () => ({}),
  'pacs.echo': () => ({ ms: 1 }),
  'pacs.find': () => ({ studies: [], more: false }),
  'pacs.fetch': () => importReport,
  'import.interrupted': () => null,
  'import.preview': () => ({ columns: [], rows: [], count: 0, map: {} }),
  'import.choose': async (_params, { emit }) => {
    for (const item of importReport.skipped) {
      emit({ kind: 'skipped', name: item.name, reason: item.reason, refused: false })
      await sleep(20)
    }
    return importReport
  },
  'export.write': () => {
    throw new HilumError('limit', 'The disk is full.', {
      mend: 'Free 3 MB and export again; the verdicts are kept.',
    })
  },
  'picture.take': () => ({ path: null }),
  'setting.get': ({ key }) => settings.get(key) ?? null,
  'setting.set': ({ key, value }) => {
    settings.set(key, value)
    localStorage.setItem('settings', JSON.stringify(Object.fromEntries(settings)))
    return {}
  },
}
