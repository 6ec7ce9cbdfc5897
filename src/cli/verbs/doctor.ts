import { existsSync } from 'node:fs'
import BetterSqlite from 'better-sqlite3'
import { resourcePaths, workspacePaths } from '../../main/workspace/paths.ts'
import { loadFeatureIndex } from '../../main/workspace/featureIndex.ts'
import { check, checkAudit, checkDatabase, checkDisk, checkFilms, ok, warn, type Check } from '../checks.ts'
import type { Session } from '../session.ts'
import type { Verb } from '../verb.ts'

export const doctor: Verb = {
  name: 'doctor',
  synopsis: '',
  about: 'check versions, model, disk and workspace, and say how to mend what is wrong',
  options: {},
  words: [0, 0],
  async run(_args, session) {
    const there = existsSync(workspacePaths(session.dir).database)
    const checks = [
      await check('hilum', () => ok('hilum', `${session.version} on ${process.platform}-${process.arch}`)),
      await check('node', () => ok('node', process.versions.node)),
      await check('sqlite', () => ok('sqlite', sqliteVersion())),
      await check('runtime', runtime),
      await check('dictionary', () => dictionary(session)),
      await check('disk', () => checkDisk(session.dir)),
      ...(there ? await workspaceChecks(session) : [
        warn('workspace', `There is none in ${session.dir} yet.`, 'Run "hilum demo" or "hilum import PATH".'),
      ]),
    ]
    const failed = checks.some((one) => one.status === 'fail')
    const width = Math.max(...checks.map((one) => one.name.length)) + 2
    const text = checks.map(({ name, status, text: what, mend }) =>
      `${status.padEnd(6)}${name.padEnd(width)}${what}${mend === null ? '' : `\n${' '.repeat(6 + width)}${mend}`}`)
    return { json: { checks }, text: text.join('\n'), failed }
  },
}

/** The workspace's own checks, and the model, which keeps its compiled graphs there. */
async function workspaceChecks(session: Session): Promise<readonly Check[]> {
  const opened = await check('workspace', () => ok('workspace', session.workspace().paths.dir))
  if (opened.status === 'fail') return [opened]
  const workspace = session.workspace()
  const { progress } = session
  return [
    opened,
    await check('database', () => checkDatabase(workspace.connection)),
    await check('audit', () => checkAudit(workspace.connection)),
    await check('films', () => checkFilms(workspace, (done, total) => progress.say(`Checking film ${done + 1} of ${total}`))),
    await check('model', async () => {
      const { name, modelHash, provider, format, threads, loadMs } = await workspace.model()
      const speed = `${provider}, ${format}, ${threads} threads, opened in ${Math.round(loadMs)} ms`
      return ok('model', `${name} ${modelHash.slice(0, 12)} (${speed})`)
    }),
  ]
}

function sqliteVersion(): string {
  const database = new BetterSqlite(':memory:')
  try {
    return String(database.prepare('SELECT sqlite_version()').pluck().get())
  } finally {
    database.close()
  }
}

async function runtime(): Promise<Check> {
  const { env, listSupportedBackends } = await import('onnxruntime-node')
  const backends = listSupportedBackends().map((backend) => backend.name)
  return ok('runtime', `ONNX Runtime ${env.versions.node ?? env.versions.common}, providers ${backends.join(', ')}`)
}

async function dictionary({ resourcesDir }: Session): Promise<Check> {
  const index = await loadFeatureIndex(resourcePaths(resourcesDir).features)
  const named = index.all().filter((feature) => feature.interpretation !== '').length
  const steering = index.all().filter((feature) => (feature.effect?.success ?? 0) >= 0.5).length
  return ok('dictionary', `${index.size} features, ${named} with an interpretation, ${steering} steer in half of the cases or more`)
}
