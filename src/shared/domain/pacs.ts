import { z } from 'zod'

/** A PACS that the reader has set up: its DICOMweb address, and the name to sign in with. Passwords are never kept. */
export const PacsNode = z
  .object({
    name: z.string().min(1).max(100),
    /** The root below which `studies` lies, such as http://pacs:8042/dicom-web. */
    url: z.url({ protocol: /^https?$/ }).max(500),
    user: z.string().max(200).nullable(),
  })
  .readonly()
export type PacsNode = z.infer<typeof PacsNode>

/** A node with the password of this session. */
export const PacsAccess = z.object({ node: PacsNode, password: z.string().max(1000).nullable() }).readonly()
export type PacsAccess = z.infer<typeof PacsAccess>

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

/** What studies are looked for; an empty text asks for nothing. `*` stands for any letters in a name or an ID. */
export const PacsQuery = z
  .object({
    patientId: z.string().max(64),
    patientName: z.string().max(64),
    accession: z.string().max(64),
    modality: z.string().regex(/^[A-Z]{0,16}$/),
    from: Day.nullable(),
    to: Day.nullable(),
  })
  .readonly()
export type PacsQuery = z.infer<typeof PacsQuery>

/** A study that a PACS has. */
export const PacsStudy = z
  .object({
    uid: z.string(),
    patientId: z.string(),
    patientName: z.string(),
    birthDate: z.string().nullable(),
    sex: z.string().nullable(),
    date: z.string().nullable(),
    time: z.string().nullable(),
    description: z.string(),
    accession: z.string(),
    modalities: z.array(z.string()).readonly(),
    instances: z.number().int().nullable(),
  })
  .readonly()
export type PacsStudy = z.infer<typeof PacsStudy>
