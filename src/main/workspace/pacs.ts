import { randomUUID } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { dicomContract } from '../../shared/contracts/dicom.ts'
import type { ImportReport, mainContract, PacsEvent } from '../../shared/contracts/main.ts'
import type { pacsContract } from '../../shared/contracts/pacs.ts'
import { PacsNode, type PacsAccess } from '../../shared/domain/pacs.ts'
import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import type { Handlers } from '../../shared/rpc/serve.ts'
import { appendAudit } from '../database/audit.ts'
import { getSetting, setSetting } from '../database/settings.ts'
import { importPaths } from './importing.ts'
import { now } from './now.ts'
import type { Workspace } from './workspace.ts'

export interface PacsOptions {
  readonly workspace: Pick<Workspace, 'connection' | 'paths' | 'refresh'>
  readonly dicom: Pick<Client<typeof dicomContract>, 'call'>
  readonly pacs: Pick<Client<typeof pacsContract>, 'call'>
}

const NODES = 'pacs.nodes'
/** What a killed fetch left is kept so long, so that its import can be resumed. */
const LEFT_MS = 24 * 60 * 60 * 1000

/**
 * Fetches studies one after the other and imports each like a folder. Whole studies that came before a failure or a
 * cancellation stay; nothing that was fetched stays outside the film store.
 */
export async function fetchFromPacs(
  access: PacsAccess, studyUids: readonly string[], { workspace, dicom, pacs }: PacsOptions,
  { signal, onEvent }: { signal?: AbortSignal | undefined; onEvent?: ((event: PacsEvent) => void) | undefined } = {},
): Promise<ImportReport> {
  const { connection, paths, refresh } = workspace
  clearOld(paths.incoming)
  let sum: ImportReport = { films: 0, newFilms: 0, duplicates: 0, studies: 0, cases: [], skipped: [] }
  for (const [study, studyUid] of studyUids.entries()) {
    throwIfCancelled(signal)
    const dir = join(paths.incoming, randomUUID())
    try {
      const fetched = await pacs.call('pacs.fetch', { access, studyUid, dir }, {
        signal, onEvent: (progress) => onEvent?.({ study, studies: studyUids.length, ...progress }),
      })
      const { url } = access.node
      const detail = { url, instances: fetched.instances, bytes: fetched.bytes }
      appendAudit(connection, { at: now(), actor: 'hilum', action: 'pacs.fetched', subject: studyUid, detail })
      const report = await importPaths([dir], { connection, dicom, signal, onFiled: refresh })
      const left = fetched.left.map((modality) => ({ name: `${modality} series`, reason: LEFT }))
      sum = added(sum, { ...report, skipped: [...report.skipped, ...left] })
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
  return sum
}

const LEFT = 'Its modality holds no chest films, so it was left on the PACS.'

/** The nodes that the reader has set up; none until then. */
export function pacsNodes({ connection }: Pick<Workspace, 'connection'>): readonly PacsNode[] {
  const kept = z.array(PacsNode).safeParse(JSON.parse(getSetting(connection, NODES) ?? '[]'))
  return kept.success ? kept.data : []
}

type PacsHandlers = Pick<
  Handlers<typeof mainContract>, 'pacs.nodes' | 'pacs.keepNodes' | 'pacs.echo' | 'pacs.find' | 'pacs.fetch'
>

/** Answers what the window asks about a PACS. Only nodes that are set up are connected to. */
export function createPacsHandlers(options: PacsOptions): PacsHandlers {
  const { workspace, pacs } = options
  const known = (access: PacsAccess): PacsAccess => {
    const { url, name } = access.node
    if (pacsNodes(workspace).some((node) => node.url === url)) return access
    throw new HilumError('conflict', `${name} is not set up in this workspace.`, { mend: 'Add it to the nodes first.' })
  }
  return {
    'pacs.nodes': () => [...pacsNodes(workspace)],
    'pacs.keepNodes': ({ nodes }) => {
      setSetting(workspace.connection, NODES, JSON.stringify(nodes))
      return {}
    },
    'pacs.echo': (access, { signal }) => pacs.call('pacs.echo', known(access), { signal }),
    'pacs.find': ({ access, query, limit }, { signal }) =>
      pacs.call('pacs.find', { access: known(access), query, limit }, { signal }),
    'pacs.fetch': ({ access, studyUids }, { signal, emit }) =>
      fetchFromPacs(known(access), studyUids, options, { signal, onEvent: emit }),
  }
}

function added(a: ImportReport, b: ImportReport): ImportReport {
  return {
    films: a.films + b.films, newFilms: a.newFilms + b.newFilms, duplicates: a.duplicates + b.duplicates,
    studies: a.studies + b.studies, cases: [...a.cases, ...b.cases], skipped: [...a.skipped, ...b.skipped],
  }
}

function clearOld(incoming: string): void {
  let names: readonly string[] = []
  try {
    names = readdirSync(incoming)
  } catch {
    return // nothing was fetched yet
  }
  for (const name of names) {
    const path = join(incoming, name)
    if (Date.now() - statSync(path).mtimeMs > LEFT_MS) rmSync(path, { recursive: true, force: true })
  }
}
