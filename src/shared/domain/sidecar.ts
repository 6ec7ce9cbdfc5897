import { z } from 'zod'

/** What a column of a sidecar table can tell about a picture: the file it belongs to, the study, the report. */
export const SIDECAR_FIELDS = [
  'file', 'patient', 'name', 'birthDate', 'sex', 'study', 'date', 'time', 'view', 'description', 'accession',
  'report', 'indication', 'technique', 'comparison',
] as const
export type SidecarField = (typeof SIDECAR_FIELDS)[number]

/** Which column holds each field; a field without a column is left out. `file` must have one. */
export const SidecarMap = z.partialRecord(z.enum(SIDECAR_FIELDS), z.string().max(200)).readonly()
export type SidecarMap = z.infer<typeof SidecarMap>

/** How a date such as 03/04/2020 is meant; `auto` takes what the whole column allows, and asks when it allows both. */
export const DATE_ORDERS = ['auto', 'day-first', 'month-first'] as const
export const DateOrder = z.enum(DATE_ORDERS)
export type DateOrder = z.infer<typeof DateOrder>

/** A table of metadata beside pictures, and how to read it. */
export const Sidecar = z.object({ path: z.string(), map: SidecarMap, dateOrder: DateOrder.default('auto') }).readonly()
export type Sidecar = z.infer<typeof Sidecar>

/** What a sidecar table looks like before it is used: its columns, its first rows, and a guess at the map. */
export const SidecarPreview = z
  .object({
    columns: z.array(z.string()).readonly(),
    rows: z.array(z.array(z.string()).readonly()).readonly(),
    count: z.number().int(),
    map: SidecarMap,
  })
  .readonly()
export type SidecarPreview = z.infer<typeof SidecarPreview>

/** What is imported: files, folders and archives, and the table that says what pictures do not. */
export const ImportOrder = z
  .object({ paths: z.array(z.string()).min(1).max(10_000).readonly(), sidecar: Sidecar.nullable().default(null) })
  .readonly()
export type ImportOrder = z.infer<typeof ImportOrder>
