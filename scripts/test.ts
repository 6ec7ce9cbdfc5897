/**
 * `npm test`: types, lint, unit and integration tests, build, end-to-end tests; then one line with the sums. One of
 * their names as an argument runs that alone, and what follows it goes to the runner.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfStale } from './build.ts'
import { startXvfb } from './display.ts'

interface Count {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const root = join(import.meta.dirname, '..')
const results = join(root, 'test-results')
const NONE: Count = { passed: 0, failed: 0, skipped: 0 }
const ONE_FAILED: Count = { passed: 0, failed: 1, skipped: 0 }

/** Each checks something and counts. A stage without tests of its own counts only when it fails. */
const STAGES: Record<string, (args: readonly string[]) => Count | Promise<Count>> = {
  types() {
    const projects = ['tsconfig.json', 'src/preload/tsconfig.json', 'tests/e2e/tsconfig.json']
    const checks = [
      ...projects.map((project) => () => node('typescript/bin/tsc', ['-p', project])),
      () => node('vue-tsc/bin/vue-tsc.js', ['-p', 'src/renderer/tsconfig.json']),
    ]
    return checks.map((check) => check()).every(Boolean) ? NONE : ONE_FAILED
  },

  lint(args) {
    const paths = args.length > 0 ? args : ['.']
    return node('eslint/bin/eslint.js', ['--max-warnings=0', ...paths]) ? NONE : ONE_FAILED
  },

  unit(args) {
    const file = join(results, 'unit.json')
    rmSync(file, { force: true })
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const ok = node('vitest/vitest.mjs', ['run', ...reporters, ...args])
    return withVerdict(ok, existsSync(file) ? vitestCount(readFileSync(file, 'utf8')) : NONE)
  },

  build() {
    const { ok, built } = buildIfStale(root)
    console.log(ok ? (built ? 'built' : 'up to date') : 'the build failed')
    return ok ? NONE : ONE_FAILED
  },

  async e2e(args) {
    const file = join(results, 'e2e.json')
    rmSync(file, { force: true })
    const display = process.platform === 'linux' ? await startXvfb() : null
    const ok = node('@playwright/test/cli.js', ['test', ...args], display === null ? {} : { DISPLAY: display.name })
    display?.dispose()
    return withVerdict(ok, existsSync(file) ? playwrightCount(readFileSync(file, 'utf8')) : NONE)
  },
}

/** Runs a package's program on this Node, with its output on ours. */
function node(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', program), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  return status === 0
}

/** A runner that failed without a failed test (a crash, no tests found) is a failure all the same. */
function withVerdict(ok: boolean, count: Count): Count {
  return ok || count.failed > 0 ? count : { ...count, failed: 1 }
}

type VitestSums = Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests', number>

function vitestCount(json: string): Count {
  const report = JSON.parse(json) as VitestSums
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

function playwrightCount(json: string): Count {
  const { stats } = JSON.parse(json) as { stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number> }
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }
}

function add(a: Count, b: Count): Count {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

const [only, ...args] = process.argv.slice(2)
// The window under test is the one that was built from these sources.
const names = only === undefined ? Object.keys(STAGES) : only === 'e2e' ? ['build', 'e2e'] : [only]
mkdirSync(results, { recursive: true })

let total = NONE
let buildFailed = false
for (const name of names) {
  const stage = STAGES[name]
  if (stage === undefined) throw new Error(`There is no check “${name}”. There are: ${Object.keys(STAGES).join(', ')}.`)
  if (name === 'e2e' && buildFailed) continue
  const started = performance.now()
  console.log(`\n── ${name}`)
  const count = await stage(name === only ? args : [])
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`── ${name}: ${count.failed === 0 ? 'ok' : 'failed'}, ${seconds} s`)
  buildFailed ||= name === 'build' && count.failed > 0
  total = add(total, count)
}
if (total.skipped > 0) console.log(`\n${total.skipped} skipped`)
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
