import { writeFile } from 'node:fs/promises'
import type { reviewContract } from '../../shared/contracts/review.ts'
import type { Handlers } from '../../shared/rpc/serve.ts'
import { listReaders } from '../database/readers.ts'
import { now } from '../workspace/now.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { needOpen } from './blinding.ts'
import { registerReader } from './pins.ts'
import { itemsBehind } from './results/itemsBehind.ts'
import { KeptResults } from './results/keptResults.ts'
import { SignIns } from './signIns.ts'
import { Sittings } from './sittings.ts'
import { listSummaries } from './summaries.ts'

/** Answers what the contract says of readers and review sets. */
export function reviewHandlers(
  { connection, reviews, features }: Pick<Workspace, 'connection' | 'reviews' | 'features'>,
  saveAs: (suggestedName: string) => Promise<string | null>,
): Handlers<typeof reviewContract> {
  const signIns = new SignIns(connection)
  const results = new KeptResults(connection, features)
  const sittings = new Sittings({ connection, features })
  return {
    'reader.list': () => [...listReaders(connection)],
    'reader.add': ({ name, pin }) => registerReader(connection, name, pin, now()),
    'reader.signIn': ({ name, pin }) => signIns.signIn(name, pin),
    'reader.signOut': ({ token }) => {
      signIns.signOut(token)
      return {}
    },
    'review.list': () => [...listSummaries(connection)],
    'review.estimate': ({ plan }) => reviews.estimate(plan),
    'review.create': ({ plan }) => reviews.create(plan, 'lead'),
    'review.run': ({ setId }, { signal, emit }) => reviews.run(setId, { signal, onProgress: emit }),
    'review.pause': ({ setId }) => {
      reviews.pause(setId)
      return {}
    },
    'review.unblind': ({ setId, who, reason }) => reviews.unblind(setId, who, reason),
    'results.get': ({ setId }) => {
      needOpen(connection, setId)
      return results.of(setId)
    },
    'results.items': ({ setId, filter, limit }) => {
      needOpen(connection, setId)
      return [...itemsBehind(connection, setId, filter, limit)]
    },
    'results.saveChart': async ({ name, data, out }) => {
      const path = out ?? (await saveAs(name))
      if (path !== null) await writeFile(path, data)
      return path
    },
    'review.work': ({ token }) => [...sittings.work(signIns.readerOf(token))],
    'review.next': ({ token, setId }) => sittings.next(signIns.readerOf(token), setId),
    'review.submit': ({ token, showing, body }) => sittings.submit(signIns.readerOf(token), showing, body),
  }
}
