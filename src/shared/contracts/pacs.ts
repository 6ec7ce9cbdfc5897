import { z } from 'zod'
import { PacsAccess, PacsQuery, PacsStudy } from '../domain/pacs.ts'

/** What was fetched of a study, and which series were left where they are. */
export const PacsFetched = z
  .object({ instances: z.number().int(), bytes: z.number().int(), left: z.array(z.string()).readonly() })
  .readonly()
export type PacsFetched = z.infer<typeof PacsFetched>

/**
 * The contract of the pacs process, the only one that opens connections, and only to the node it is given. Fetched
 * instances are written to `dir` under numbers; what they are is for the dicom process to find out.
 */
export const pacsContract = {
  /** Asks for nothing but an answer. */
  'pacs.echo': { params: PacsAccess, result: z.object({ ms: z.number() }) },
  'pacs.find': {
    params: z.object({ access: PacsAccess, query: PacsQuery, limit: z.number().int().min(1).max(1000) }),
    result: z.object({ studies: z.array(PacsStudy), more: z.boolean() }),
  },
  'pacs.fetch': {
    params: z.object({ access: PacsAccess, studyUid: z.string().regex(/^[0-9.]{1,64}$/), dir: z.string() }),
    result: PacsFetched,
    event: z.object({ done: z.number().int(), total: z.number().int().nullable(), bytes: z.number().int() }),
  },
} as const
