import { constants } from 'node:os'
import { parseArgs } from 'node:util'
import { toErrorData } from '../shared/errors.ts'
import { startSession } from './session.ts'
import { BadUsage, type Answer, type Args, type Verb } from './verb.ts'
import { audit } from './verbs/audit.ts'
import { cases } from './verbs/cases.ts'
import { corpus } from './verbs/corpus.ts'
import { demo } from './verbs/demo.ts'
import { dictionary } from './verbs/dictionary.ts'
import { doctor } from './verbs/doctor.ts'
import { exportVerb } from './verbs/export.ts'
import { features } from './verbs/features.ts'
import { importVerb } from './verbs/import.ts'
import { judgeVerb } from './verbs/judge.ts'
import { model } from './verbs/model.ts'
import { pacsVerb } from './verbs/pacs.ts'
import { reader } from './verbs/reader.ts'
import { report } from './verbs/report.ts'
import { results } from './verbs/results.ts'
import { set } from './verbs/set.ts'
import { steer } from './verbs/steer.ts'
import { verdict } from './verbs/verdict.ts'
import { verify } from './verbs/verify.ts'
import { watchVerb } from './verbs/watch.ts'

const VERBS: readonly Verb[] = [
  demo, importVerb, watchVerb, pacsVerb, cases, features, report, steer, verdict, judgeVerb, corpus, exportVerb,
  verify, model, dictionary, set, results, reader, audit, doctor,
]

/** Where a call writes. */
export interface Output {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

const STREAMS: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
}

/**
 * The command line: `hilum VERB … [--workspace DIR] [--json]`. Returns the exit status: 0 done, 1 failed, 2 wrong call.
 * With --json `out` gets one JSON object and nothing else; what goes on is told on `err`.
 */
export async function runCli(argv: readonly string[], output: Output = STREAMS): Promise<number> {
  const json = argv.includes('--json')
  const [name, ...rest] = argv
  const verb = VERBS.find((candidate) => candidate.name === name)
  if (verb === undefined) {
    if (name === 'help' || name === '--help' || name === '-h') return say(output, `${usage()}\n`)
    const missing = name === undefined || name.startsWith('-')
    return refuse(output, json, missing ? 'A verb is missing.' : `There is no verb "${name}".`, usage())
  }
  if (rest.includes('--help')) return say(output, `${usageOf(verb)}\n  ${verb.about}\n`)
  try {
    return await run(verb, parse(verb, rest), json, output)
  } catch (error) {
    if (error instanceof BadUsage) return refuse(output, json, error.message, usageOf(verb))
    const { kind, message, mend } = toErrorData(error)
    if (json) output.out(`${JSON.stringify({ ok: false, error: { kind, message, mend } })}\n`)
    output.err(`${message}${mend === null ? '' : ` ${mend}`}\n`)
    if (kind === 'internal' && error instanceof Error) output.err(`${error.stack ?? ''}\n`)
    return 1
  }
}

async function run(verb: Verb, args: Args, json: boolean, output: Output): Promise<number> {
  const ending = new AbortController()
  const stop = (signal: NodeJS.Signals): void => {
    if (ending.signal.aborted) process.exit(128 + constants.signals[signal]) // asked twice: at once
    ending.abort()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  const dir = args.values.workspace
  const session = startSession(typeof dir === 'string' ? dir : null, ending.signal)
  let answer: Answer
  try {
    answer = await verb.run(args, session)
  } finally {
    await session.close()
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
  const ok = answer.failed !== true
  output.out(json ? `${JSON.stringify({ ok, ...answer.json })}\n` : `${answer.text}\n`)
  return ok ? 0 : 1
}

function parse(verb: Verb, argv: readonly string[]): Args {
  const options = { ...verb.options, workspace: { type: 'string' }, json: { type: 'boolean' } } as const
  let parsed
  try {
    // A strength may be negative: "--strength -3" is a value, not an option.
    const joined = argv.flatMap((arg, at) => (isNegative(arg) && argv[at - 1]?.startsWith('--') ? [] : [
      isNegative(argv[at + 1]) && arg.startsWith('--') ? `${arg}=${argv[at + 1]}` : arg,
    ]))
    parsed = parseArgs({ args: joined, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new BadUsage((error as Error).message.replace(/\. To specify .*$/s, '.'))
  }
  const [least, most] = verb.words
  const words = parsed.positionals
  if (words.length < least) throw new BadUsage(`"hilum ${verb.name}" needs ${verb.synopsis.split(' ')[0]}.`)
  if (words.length > most) throw new BadUsage(`"${words[most]}" is one word too many.`)
  return { values: parsed.values, words }
}

function isNegative(arg: string | undefined): boolean {
  return arg !== undefined && /^-\d/.test(arg)
}

function say(output: Output, text: string): number {
  output.out(text)
  return 0
}

function refuse(output: Output, json: boolean, message: string, help: string): number {
  if (json) output.out(`${JSON.stringify({ ok: false, error: { kind: 'bad-usage', message, mend: null } })}\n`)
  output.err(`${message}\n${help}\n`)
  return 2
}

function usageOf(verb: Verb): string {
  return `Usage: hilum ${verb.name} ${verb.synopsis} [--workspace DIR] [--json]`.replaceAll(/ +/g, ' ')
}

function usage(): string {
  const width = Math.max(...VERBS.map((verb) => verb.name.length)) + 2
  const lines = VERBS.map((verb) => `  ${verb.name.padEnd(width)}${verb.about}`)
  return `Usage: hilum VERB … [--workspace DIR] [--json]\n${lines.join('\n')}\n"hilum VERB --help" tells more.`
}
