import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, SetupError, tail } from './step.mjs'

/**
 * The npm packages of the lock file. Install scripts are not run: two of them fetch what is not needed (CUDA
 * libraries, a browser) and fail where only the registry is in reach. The later steps do what is needed of them.
 * @param {string} root
 * @returns {import('./step.mjs').Step}
 */
export function packages(root) {
  return {
    name: 'packages',
    state: () => (missing(root) === 0 ? 'as the lock file has them' : null),
    async act() {
      const count = missing(root)
      const command = existsSync(join(root, 'node_modules')) ? 'install' : 'ci'
      const { code, output } = await run(...npm([command, '--ignore-scripts', '--no-audit', '--no-fund']), { cwd: root })
      if (code !== 0) {
        throw new SetupError(
          `npm ${command} failed:\n${tail(output)}`,
          'Check the connection to the npm registry, then start again. The set-up needs it once.',
        )
      }
      return `installed ${count}`
    },
  }
}

/**
 * How many packages of the lock file are not installed in its version. Those for other platforms do not count.
 * @param {string} root
 */
function missing(root) {
  const wanted = readLock(join(root, 'package-lock.json'))
  const installed = readLock(join(root, 'node_modules/.package-lock.json'))
  return Object.entries(wanted).filter(
    ([path, entry]) => path !== '' && entry.optional !== true && installed[path]?.version !== entry.version,
  ).length
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readLock(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {}
}

/**
 * The npm that runs this script, or else the one on the path.
 * @param {readonly string[]} args
 * @returns {[string, readonly string[]]}
 */
export function npm(args) {
  const cli = process.env['npm_execpath']
  return cli?.endsWith('.js') ? [process.execPath, [cli, ...args]] : ['npm', args]
}
