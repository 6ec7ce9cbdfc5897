import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** All that the build output depends on. */
const INPUTS = ['src/**/*.{ts,vue,css,html,svg,woff2,json}', 'electron.vite.config.ts', 'package-lock.json']
const STAMP = 'out/.built'

/** Development builds may open the developer tools; no other build can. */
export type BuildMode = 'production' | 'development'

/** Builds main, preload and renderer into out/ unless out/ was built from the same sources in the same mode. */
export function buildIfStale(root: string, mode: BuildMode = 'production'): { ok: boolean; built: boolean } {
  const stamp = join(root, STAMP)
  const sources = `${mode} ${hashOf(root)}`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return { ok: true, built: false }
  rmSync(join(root, 'out'), { recursive: true, force: true })
  const cli = join(root, 'node_modules/electron-vite/bin/electron-vite.js')
  const args = [cli, 'build', '--mode', mode, '--logLevel', 'warn']
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (status === 0) writeFileSync(stamp, sources)
  return { ok: status === 0, built: true }
}

function hashOf(root: string): string {
  const hash = createHash('sha256')
  for (const path of globSync(INPUTS, { cwd: root }).sort()) hash.update(path).update(readFileSync(join(root, path)))
  return hash.digest('hex')
}
