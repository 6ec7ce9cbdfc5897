/**
 * The set-up steps of the window, on Node 24: Electron, what it needs of the system, and the database's addon. With
 * `tests` also what only a test needs.
 */
import { join } from 'node:path'
import { electron } from './electron.ts'
import { sqliteAddon } from './sqliteAddon.ts'
import { runSteps } from './step.mjs'
import { systemPackages } from './systemPackages.ts'
import { testPacs } from './testPacs.ts'

const root = join(import.meta.dirname, '../..')
const steps = [electron(root), systemPackages(root), sqliteAddon(root)]
await runSteps(process.argv[2] === 'tests' ? [...steps, testPacs()] : steps, { quiet: false })
