/**
 * What a chest phantom is: an anatomy (who), findings (what is wrong), and a seed (texture and noise).
 * Everything drawn or written about a phantom is a pure function of these values.
 */
export type Side = 'left' | 'right' // the patient's side: the patient's right is on the left of a frontal film
export type Zone = 'upper' | 'mid' | 'lower'
/** 1 small or mild, 2 moderate, 3 large or severe. */
export type Grade = 1 | 2 | 3

export interface PhantomFindings {
  readonly cardiomegaly: 0 | Grade
  readonly effusion: { readonly left: 0 | Grade; readonly right: 0 | Grade }
  readonly opacity: { readonly kind: 'consolidation' | 'opacity'; readonly side: Side; readonly zone: Zone } | null
  readonly edema: 0 | Grade
  readonly pneumothorax: { readonly side: Side; readonly size: Grade } | null
  readonly atelectasis: Side | 'bilateral' | null
  readonly nodule: { readonly side: Side; readonly zone: Zone } | null
  readonly lowVolumes: boolean
  readonly pacemaker: boolean // generator in the left chest wall, lead to the right ventricle
  readonly endotrachealTube: boolean
  readonly entericTube: boolean
  readonly centralLine: Side | null
  readonly chestTube: Side | null
  readonly sternotomyWires: boolean
}

/** Places a finding can be boxed at. Each effusion side and each atelectasis side has its own box. */
export const BOX_KEYS = [
  'cardiomegaly', 'effusion-left', 'effusion-right', 'opacity', 'pneumothorax', 'atelectasis-left',
  'atelectasis-right', 'nodule', 'pacemaker', 'endotracheal-tube', 'enteric-tube', 'central-line', 'chest-tube',
  'sternotomy-wires',
] as const
export type BoxKey = (typeof BOX_KEYS)[number]

/** Corners in the unit square of the frontal film's central square crop, origin top left. */
export interface PhantomBox {
  readonly xMin: number
  readonly yMin: number
  readonly xMax: number
  readonly yMax: number
}
export type PhantomBoxes = Readonly<Partial<Record<BoxKey, PhantomBox>>>

export const NO_FINDINGS: PhantomFindings = {
  cardiomegaly: 0, effusion: { left: 0, right: 0 }, opacity: null, edema: 0, pneumothorax: null, atelectasis: null,
  nodule: null, lowVolumes: false, pacemaker: false, endotrachealTube: false, entericTube: false, centralLine: null,
  chestTube: null, sternotomyWires: false,
}
