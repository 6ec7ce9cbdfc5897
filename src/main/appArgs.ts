import { resolve } from 'node:path'

/** What the command line and the environment ask of the window. */
export interface AppArgs {
  /** The workspace folder, absolute; null for the one in the user's data folder. */
  readonly workspace: string | null
  /** The folder of model and dictionary, absolute; null for what ships with Hilum. */
  readonly resources: string | null
  readonly width: number
  readonly height: number
}

const DEFAULT_SIZE = { width: 1440, height: 900 }
const SIZE = /^(\d{3,5})x(\d{3,5})$/

/**
 * Reads `--workspace DIR` and `--window-size=WxH` (or with `=`, or with a space), HILUM_WORKSPACE and HILUM_RESOURCES;
 * leaves everything else alone.
 */
export function readAppArgs(argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): AppArgs {
  const workspace = valueOf(argv, '--workspace') ?? env['HILUM_WORKSPACE']
  const resources = env['HILUM_RESOURCES']
  const size = SIZE.exec(valueOf(argv, '--window-size') ?? '')
  return {
    workspace: workspace === undefined || workspace === '' ? null : resolve(cwd, workspace),
    resources: resources === undefined || resources === '' ? null : resolve(cwd, resources),
    ...(size === null ? DEFAULT_SIZE : { width: Number(size[1]), height: Number(size[2]) }),
  }
}

function valueOf(argv: readonly string[], name: string): string | undefined {
  const at = argv.findIndex((arg) => arg === name || arg.startsWith(`${name}=`))
  const arg = argv[at]
  if (arg === undefined) return undefined
  return arg === name ? argv[at + 1] : arg.slice(name.length + 1)
}
