/**
 * Brings a fresh clone to where it can run: `run.mjs tools` for the command line, `run.mjs app` for the window,
 * `run.mjs tests` for all the tests. Needs Node 20 and nothing else; the steps after Node 24 run on that (app.ts).
 */
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { node24 } from './node24.mjs'
import { packages } from './packages.mjs'
import { runSteps } from './step.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const scope = process.argv[2]

const [major] = process.versions.node.split('.')
if (Number(major) < 20) {
  process.stderr.write(`set-up needs Node 20 or newer; this is ${process.version}. Install it from nodejs.org.\n`)
  process.exit(1)
}

await runSteps([packages(root), node24(root)], { quiet: scope === 'tools' })

if (scope === 'app' || scope === 'tests') {
  const app = spawnSync(join(root, 'node_modules/node/bin/node'), [join(root, 'scripts/setup/app.ts'), scope], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  process.exitCode = app.status ?? 1
}
