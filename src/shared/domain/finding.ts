import { z } from 'zod'

/**
 * What a finding can be about: CheXpert's observations with support devices split by kind,
 * plus low lung volumes. `lung-lesion` holds nodules and masses, as in CheXpert.
 */
export const OBSERVATIONS = [
  'enlarged-cardiomediastinum', 'cardiomegaly', 'lung-lesion', 'lung-opacity', 'edema', 'consolidation',
  'pneumonia', 'atelectasis', 'pneumothorax', 'pleural-effusion', 'pleural-other', 'fracture', 'low-lung-volumes',
  'pacemaker', 'endotracheal-tube', 'enteric-tube', 'central-line', 'chest-tube', 'sternotomy-wires', 'other-device',
] as const
export const DEVICE_OBSERVATIONS = [
  'pacemaker', 'endotracheal-tube', 'enteric-tube', 'central-line', 'chest-tube', 'sternotomy-wires', 'other-device',
] as const satisfies readonly (typeof OBSERVATIONS)[number][]

export const POLARITIES = ['positive', 'negative'] as const
export const CERTAINTIES = ['certain', 'uncertain'] as const
export const SEVERITIES = ['minimal', 'small', 'mild', 'moderate', 'large', 'severe'] as const
export const LATERALITIES = ['left', 'right', 'bilateral'] as const
export const LOCATIONS = ['upper', 'mid', 'lower', 'apical', 'base', 'perihilar', 'retrocardiac', 'diffuse'] as const
/** Where the tip of a tube, line or lead lies. */
export const PLACEMENTS = [
  'above-carina', 'carina', 'main-bronchus', 'esophagus', 'gastroesophageal-junction', 'stomach', 'duodenum',
  'below-diaphragm', 'neck', 'subclavian-vein', 'brachiocephalic-vein', 'superior-vena-cava', 'cavoatrial-junction',
  'azygos-vein', 'inferior-vena-cava', 'right-atrium', 'right-ventricle', 'coronary-sinus', 'pulmonary-artery',
  'aorta', 'pleural-space',
] as const
export const CHANGES = ['new', 'increased', 'decreased', 'unchanged', 'resolved'] as const

/** A half-open range of UTF-16 code units in a text. */
export const Span = z.object({ start: z.number().int().min(0), end: z.number().int().min(0) }).readonly()
export type Span = z.infer<typeof Span>

export const Observation = z.enum(OBSERVATIONS)
export type Observation = z.infer<typeof Observation>

/** A structured statement drawn from one sentence of a report. */
export const Finding = z
  .object({
    observation: Observation,
    polarity: z.enum(POLARITIES),
    certainty: z.enum(CERTAINTIES),
    severity: z.enum(SEVERITIES).nullable(),
    laterality: z.enum(LATERALITIES).nullable(),
    location: z.enum(LOCATIONS).nullable(),
    change: z.enum(CHANGES).nullable(),
    /** Of a device alone. Findings kept before Hilum read it have none. */
    placement: z.enum(PLACEMENTS).nullable().default(null),
    /** A length said of it, mm: of a lesion its diameter, of a tip its distance. Absent in older findings, too. */
    millimetres: z.number().positive().nullable().default(null),
    /** The words that name the observation. */
    span: Span,
    /** The sentence they stand in, and its index in the text. */
    sentence: z.number().int().min(0),
    sentenceSpan: Span,
  })
  .readonly()
export type Finding = z.infer<typeof Finding>
