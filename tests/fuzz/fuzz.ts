import { parseArgs } from 'node:util'
import { mutation } from './fuzzProcess.ts'
import { runFuzz } from './runFuzz.ts'
import { makeSeeds } from './seeds.ts'
import { readAsHilumDoes } from './target.ts'

// `npm run fuzz [-- --count N --seed S --from I]`: mutated files, read as the dicom process reads them.
// `npm run fuzz -- --seed S --only I`: one of them again, in this process, for the debugger.
const { values } = parseArgs({
  options: { count: { type: 'string' }, seed: { type: 'string' }, from: { type: 'string' }, only: { type: 'string' } },
})
const run = Number(values.seed ?? 1)
if (values.only !== undefined) {
  const { seed, bytes } = mutation(await makeSeeds(), run, Number(values.only))
  console.log(`${seed}, ${bytes.length} bytes: ${await readAsHilumDoes(bytes)}`)
} else {
  const began = performance.now()
  const report = await runFuzz({
    run, from: Number(values.from ?? 0), count: Number(values.count ?? 1_000_000),
    onProgress: (done) => done % 50_000 === 0 && process.stderr.write(`${done}\n`),
  })
  console.table(report.counts)
  for (const fault of report.faults) console.log(fault)
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(
    `${report.mutations} mutations, ${report.faults.length} faults, slowest ${Math.round(report.slowestMs)} ms, `
    + `at most ${report.peakMiB} MiB, ${seconds} s`,
  )
  process.exitCode = report.faults.length === 0 ? 0 : 1
}
