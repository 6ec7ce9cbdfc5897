/** Compiles a checkpoint and kills itself without warning when so many parts are finished: CHECKPOINT CACHE PARTS. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Checkpoint } from '../../../../src/compute/checkpoint/checkpoint.ts'
import { compileModel } from '../../../../src/compute/maira2/compile.ts'

const [folder, cacheDir, parts] = process.argv.slice(2) as [string, string, string]
const checkpoint = await Checkpoint.open(folder)
await compileModel({
  checkpoint, cacheDir, format: 'fp32',
  onProgress(step) {
    if (step === 'hashing') return
    const finished = readdirSync(cacheDir).flatMap((staging) => readdirSync(join(cacheDir, staging)))
      .filter((name) => name.endsWith('.part.json')).length
    if (finished === Number(parts)) process.kill(process.pid, 'SIGKILL')
  },
})
