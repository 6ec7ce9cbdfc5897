/** The set-up steps of the window, on Node 24: Electron, what it needs of the system, and the database's addon. */
import { join } from 'node:path'
import { electron } from './electron.ts'
import { sqliteAddon } from './sqliteAddon.ts'
import { runSteps } from './step.mjs'
import { systemPackages } from './systemPackages.ts'

const root = join(import.meta.dirname, '../..')
await runSteps([electron(root), systemPackages(root), sqliteAddon(root)], { quiet: false })
