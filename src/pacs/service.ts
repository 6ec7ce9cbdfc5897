import type { pacsContract } from '../shared/contracts/pacs.ts'
import type { Handlers } from '../shared/rpc/serve.ts'
import { fetchStudy } from './dicomweb/fetchStudy.ts'
import { findStudies } from './dicomweb/findStudies.ts'

const NOBODY = { patientId: 'HILUM-ECHO', patientName: '', accession: '', modality: '', from: null, to: null }

/** What the pacs process answers (`pacsContract`). It keeps nothing between two calls. */
export function createPacsService(): Handlers<typeof pacsContract> {
  return {
    'pacs.echo': async (access, { signal }) => {
      const began = performance.now()
      await findStudies(access, NOBODY, 1, signal)
      return { ms: performance.now() - began }
    },
    'pacs.find': ({ access, query, limit }, { signal }) => findStudies(access, query, limit, signal),
    'pacs.fetch': ({ access, studyUid, dir }, { signal, emit }) => fetchStudy(access, studyUid, dir, signal, emit),
  }
}
