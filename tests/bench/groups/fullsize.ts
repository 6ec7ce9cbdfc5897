import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSession } from '../../../src/cli/session.ts'
import type { ModelQuestion } from '../../../src/shared/contracts/compute.ts'
import { BASELINE } from '../../../src/shared/domain/intervention.ts'
import type { Bench, Group } from '../bench.ts'
import { peakMemory } from '../fullsize/peakMemory.ts'
import { chosenShape } from '../fullsize/shape.ts'
import { writeCheckpoint } from '../fullsize/writeCheckpoint.ts'
import { row, type Row } from '../row.ts'

/** The checkpoint, the model and room to spare, bytes. */
const DISK = 22e9
/** Adding holds no more than this, whatever a checkpoint's size. */
const ADDING_GB = 2
const TOKENS = 32

/**
 * A checkpoint of MAIRA-2's true shapes from its files to a report: written at random in bf16 shards, added as int4,
 * asked about one film. Takes 20 GB of disk and half an hour on two cores; HILUM_FULLSIZE=small tries it out.
 */
export const fullsize: Group = {
  name: 'fullsize',
  onlyWhenNamed: true,
  async run(bench) {
    const { small } = chosenShape(process.env)
    const temporary = await mkdtemp(join(tmpdir(), 'hilum-fullsize-'))
    try {
      const { bavail, bsize } = await statfs(temporary)
      if (!small && bavail * bsize < DISK) throw new Error(`${tmpdir()} has less than ${DISK / 1e9} GB free.`)
      return await rehearse(temporary, bench)
    } finally {
      await rm(temporary, { recursive: true, force: true })
    }
  },
}

async function rehearse(temporary: string, bench: Bench): Promise<readonly Row[]> {
  const { shape, small } = chosenShape(process.env)
  const group = small ? 'fullsize (small)' : 'fullsize'
  const rows: Row[] = []
  const note = (name: string, value: number, unit: string, bar?: number): void => {
    const measured = row(group, name, value, unit, bar === undefined ? {} : { bar })
    rows.push(measured)
    bench.say(`${name}: ${measured.value} ${unit}`)
  }
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now()
    const result = await work()
    note(name, (performance.now() - began) / 1000, 's')
    return result
  }
  const folder = join(temporary, 'checkpoint')
  const bytes = await timed('random checkpoint written', () => writeCheckpoint(folder, shape))
  note('checkpoint', bytes / 1e9, 'GB')

  const session = startSession(join(temporary, 'workspace'), bench.session.signal)
  try {
    const { models } = session.workspace({ make: true })
    const survey = await timed('looked through', () => models.survey(folder))
    if (survey.faults.length > 0) throw new Error(survey.faults.map((fault) => fault.message).join(' '))
    note('parameters', survey.found!.parameters / 1e9, 'billion')
    let storingFrom = 0
    const began = performance.now()
    const record = await models.add(folder, 'int4', {
      signal: session.signal,
      onEvent: ({ step, done, total }) => {
        if (step === 'storing' && storingFrom === 0) storingFrom = performance.now()
        session.progress.say(`${step} ${Math.floor((100 * done) / total)} %`)
      },
    })
    note('added: hashed', (storingFrom - began) / 1000, 's')
    note('added: stored as int4', (performance.now() - storingFrom) / 1000, 's')
    const { pid } = await session.models.process()
    note('peak memory of the process that adds', peakMemory(pid) ?? NaN, 'GB', ADDING_GB)
    note('model', record.bytes / 1e9, 'GB')
    await timed('verified', () => models.verify(record.id, { signal: session.signal }))
    await rm(folder, { recursive: true })
    await timed('opened', () => models.use(record.id))

    const question = filmQuestion(shape.vision_config.image_size)
    const { timings } = await session.compute.call('report.generate', { runId: randomUUID(), question }, {
      signal: session.signal,
      onEvent: (event) => session.progress.say(event.stage === 'prompt' ? `prompt ${event.done} of ${event.total}` : event.stage),
    })
    note('threads', availableParallelism(), '')
    note('prompt', timings.promptTokens, 'tokens')
    note('vision and projector', timings.visionMs / 1000, 's')
    const prefill = (timings.frontMs + timings.backMs) / 1000
    note('prefill', prefill, 's')
    note('prefill speed', timings.promptTokens / prefill, 'tokens/s')
    note('decoded', timings.generatedTokens, 'tokens')
    note('decode', timings.decodeMs / 1000, 's')
    note('decode speed', timings.tokensPerSecond, 'tokens/s')
    note('peak memory of the process that reads', peakMemory((await session.compute.process()).pid) ?? NaN, 'GB')
    note('memory need that was announced', survey.found!.formats.find((one) => one.format === 'int4')!.memoryBytes / 1e9, 'GB')
    return rows
  } finally {
    await session.close()
  }
}

/** A question about one film, in which each pixel differs from the next. */
function filmQuestion(side: number): ModelQuestion {
  const pixels = Uint8Array.from({ length: side * side }, (_, i) => (i * 2_654_435_761) >>> 24)
  return {
    frontal: { hash: '0'.repeat(64), columns: side, rows: side, pixels }, lateral: null, prior: null, priorReport: null,
    indication: 'Cough.', technique: 'PA view of the chest.', comparison: null, mode: 'findings', phrase: null,
    intervention: BASELINE, maxNewTokens: TOKENS,
  }
}
