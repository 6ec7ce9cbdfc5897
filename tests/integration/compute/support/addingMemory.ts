/** Adds a checkpoint and prints the most memory that took, in bytes: FOLDER MODELS FORMAT. */
import { addModel } from '../../../../src/compute/models/add.ts'
import type { WeightFormat } from '../../../../src/shared/domain/model.ts'

const [folder, modelsDir, format] = process.argv.slice(2) as [string, string, WeightFormat]
await addModel({ folder, modelsDir, format, hilumVersion: '1', at: '2026-11-24T20:00:00.000Z' })
console.log(process.resourceUsage().maxRSS * 1024)
