import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, SetupError, tail } from './step.mjs'

/**
 * Node 24 for everybody, whatever the machine has: the `node` package's own installer, run here because install
 * scripts are off.
 * @param {string} root
 * @returns {import('./step.mjs').Step}
 */
export function node24(root) {
  const folder = join(root, 'node_modules/node')
  const binary = join(folder, 'bin/node')
  const wanted = () => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
  const works = () => existsSync(binary) && spawnSync(binary, ['-v']).stdout?.toString().trim() === `v${wanted()}`
  return {
    name: 'Node',
    state: () => (works() ? wanted() : null),
    async act() {
      // npm's own variables of the running script would send the inner install to the wrong folder.
      const env = Object.fromEntries(
        Object.keys(process.env).filter((key) => /^npm_(config_local_prefix|package_|lifecycle_)/.test(key))
          .map((key) => [key, undefined]),
      )
      const { output } = await run(process.execPath, ['installArchSpecificPackage.js'], { cwd: folder, env })
      if (!works()) {
        throw new SetupError(
          `Node ${wanted()} could not be installed from the npm registry:\n${tail(output)}`,
          'Check the connection to the npm registry, then start again.',
        )
      }
      return `${wanted()} installed`
    },
  }
}
