import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The Node-API that better-sqlite3's prebuilt addon asks for. */
const PREBUILT_NODE_API = 10

/**
 * The `nativeBinding` for better-sqlite3 in this process: undefined where its prebuilt addon fits, else the one that
 * set-up built for the fallback Electron. `root` is the folder of package.json.
 */
export function sqliteAddon(root: string): string | undefined {
  if (Number(process.versions['napi']) >= PREBUILT_NODE_API) return undefined
  const built = join(root, '.electron/better_sqlite3.node')
  return existsSync(built) ? built : undefined
}
