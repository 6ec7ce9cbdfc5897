import type { BoxKey, Grade, PhantomFindings, Side } from './phantom.ts'
import type { Random } from './random.ts'

/** One sentence of a phantom's report and the boxes where its finding can be seen (none: not groundable). */
export interface ReportSentence {
  readonly text: string
  readonly boxes: readonly BoxKey[]
}

const SIZE = ['', 'small', 'moderate', 'large'] as const
const SEVERITY = ['', 'mild', 'moderate', 'severe'] as const

/**
 * Writes the findings section for a film, in a fixed order (volumes, devices, heart, vessels, lungs, pleura),
 * with several phrasings for everything. With a prior, every finding says how it changed.
 */
export function writeReport(
  now: PhantomFindings, prior: PhantomFindings | null, random: Random,
): readonly ReportSentence[] {
  return [
    ...volumes(now, prior, random),
    ...devices(now, prior, random),
    ...heart(now, prior, random),
    ...edema(now, prior, random),
    ...opacity(now, prior, random),
    ...nodule(now, prior, random),
    ...atelectasis(now, prior, random),
    ...effusions(now, prior, random),
    ...pneumothorax(now, prior, random),
    ...negatives(now, prior, random),
  ]
}

/** The report as running text. */
export function reportText(sentences: readonly ReportSentence[]): string {
  return sentences.map((s) => s.text).join(' ')
}

const plain = (text: string): ReportSentence => ({ text, boxes: [] })
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function volumes(now: PhantomFindings, prior: PhantomFindings | null, r: Random): ReportSentence[] {
  if (prior !== null) {
    const lead = r.pick(['Compared with the prior study,', 'In comparison with the prior study,'])
    const change =
      now.lowVolumes && !prior.lowVolumes ? 'lung volumes are lower'
      : !now.lowVolumes && prior.lowVolumes ? 'lung volumes have improved'
      : now.lowVolumes ? 'lung volumes remain low' : 'lung volumes are unchanged'
    return [plain(`${lead} ${change}.`)]
  }
  if (now.lowVolumes) {
    return [plain(r.pick(['Lung volumes are low.', 'Low lung volumes with bronchovascular crowding.']))]
  }
  return [plain(r.pick(['The lungs are well expanded.', 'Lung volumes are normal.']))]
}

function devices(now: PhantomFindings, prior: PhantomFindings | null, r: Random): ReportSentence[] {
  const out: ReportSentence[] = []
  const device = (here: boolean, before: boolean, box: BoxKey, name: string, first: string, still: string) => {
    if (here && prior !== null && before) out.push({ text: still, boxes: [box] })
    else if (here && prior !== null) out.push({ text: `New ${lower(first)}`, boxes: [box] })
    else if (here) out.push({ text: first, boxes: [box] })
    else if (before) out.push(plain(`The ${name} has been removed.`))
  }
  device(
    now.endotrachealTube, prior?.endotrachealTube ?? false, 'endotracheal-tube', 'endotracheal tube',
    r.pick(['Endotracheal tube terminates above the carina.', 'Endotracheal tube is in appropriate position.']),
    'Endotracheal tube is in unchanged position.',
  )
  device(
    now.entericTube, prior?.entericTube ?? false, 'enteric-tube', 'enteric tube',
    r.pick(['Enteric tube courses below the diaphragm.', 'Enteric tube terminates in the stomach.']),
    'Enteric tube is in unchanged position.',
  )
  const line = now.centralLine ?? prior?.centralLine
  if (line) {
    const moved = now.centralLine !== null && prior?.centralLine != null && prior.centralLine !== now.centralLine
    if (moved) out.push(plain(`The ${prior.centralLine} central venous catheter has been removed.`))
    device(
      now.centralLine !== null, prior?.centralLine != null && !moved, 'central-line', `${line} central venous catheter`,
      r.pick([
        `${capital(line)} central venous catheter terminates in the superior vena cava.`,
        `${capital(line)} central venous catheter tip is in the superior vena cava.`,
      ]),
      `${capital(line)} central venous catheter is in unchanged position.`,
    )
  }
  device(
    now.pacemaker, prior?.pacemaker ?? false, 'pacemaker', 'pacemaker',
    r.pick(['Left chest wall pacemaker with lead in the right ventricle.', 'Left pectoral pacemaker is in place.']),
    'Left pectoral pacemaker is unchanged.',
  )
  if (now.sternotomyWires) {
    const text = r.pick(['Median sternotomy wires are intact.', 'Status post median sternotomy.'])
    out.push({ text, boxes: ['sternotomy-wires'] })
  }
  const tube = now.chestTube ?? prior?.chestTube
  if (tube) {
    const moved = now.chestTube !== null && prior?.chestTube != null && prior.chestTube !== now.chestTube
    if (moved) out.push(plain(`The ${prior.chestTube} chest tube has been removed.`))
    device(
      now.chestTube !== null, prior?.chestTube != null && !moved, 'chest-tube', `${tube} chest tube`,
      r.pick([`${capital(tube)} chest tube is in place.`, `${capital(tube)} pleural drain is in place.`]),
      `${capital(tube)} chest tube is in unchanged position.`,
    )
  }
  return out
}

function heart(now: PhantomFindings, prior: PhantomFindings | null, r: Random): ReportSentence[] {
  const grade = now.cardiomegaly
  const before = prior?.cardiomegaly ?? 0
  if (grade === 0) {
    if (before > 0) return [plain('The heart size is now normal.')]
    const normal = ['The heart size is normal.', 'Heart size is normal.', 'The cardiac silhouette is normal in size.'] as const
    return [plain(r.pick(normal))]
  }
  const boxes: readonly BoxKey[] = ['cardiomegaly']
  const word = SEVERITY[grade]
  if (prior === null) {
    const text = r.pick([
      `There is ${word} cardiomegaly.`,
      `${capital(word)} cardiomegaly is present.`,
      `The cardiac silhouette is ${word === 'moderate' ? 'moderately' : `${word}ly`} enlarged.`,
    ])
    return [{ text, boxes }]
  }
  const change =
    before === 0 ? 'is new' : before === grade ? 'is unchanged' : grade > before ? 'has increased' : 'has decreased'
  return [{ text: `${capital(word)} cardiomegaly ${change}.`, boxes }]
}

function edema(now: PhantomFindings, prior: PhantomFindings | null, r: Random): ReportSentence[] {
  const grade = now.edema
  const before = prior?.edema ?? 0
  if (grade === 0) {
    if (before > 0) return [plain('Pulmonary edema has resolved.')]
    return [plain(r.pick(['No pulmonary edema.', 'The pulmonary vascularity is normal.']))]
  }
  const word = SEVERITY[grade]
  if (prior === null) {
    return [plain(r.pick([`There is ${word} pulmonary edema.`, `${capital(word)} pulmonary edema is present.`]))]
  }
  if (before === 0) return [plain(`New ${word} pulmonary edema.`)]
  const change = before === grade ? 'is unchanged' : grade > before ? 'has worsened' : 'has improved'
  return [plain(`${capital(word)} pulmonary edema ${change}.`)]
}

function opacity(now: PhantomFindings, prior: PhantomFindings | null, r: Random): ReportSentence[] {
  const out: ReportSentence[] = []
  const o = now.opacity
  const before = prior?.opacity ?? null
  const same = o?.kind === before?.kind && o?.side === before?.side && o?.zone === before?.zone
  if (before !== null && !same) out.push(plain(`The ${before.side} ${before.zone} lung ${before.kind} has resolved.`))
  if (o === null) return out
  const where = `in the ${o.side} ${o.zone} lung`
  const dense = o.kind === 'consolidation'
  const name = r.pick(dense ? ['focal consolidation', 'dense consolidation'] : ['patchy opacity', 'hazy opacity'])
  const tail =
    prior !== null ? '' : dense ? ' concerning for pneumonia' : r.pick([' that may represent pneumonia', ''])
  const text = same
    ? `${capital(o.side)} ${o.zone} lung ${o.kind} is unchanged.`
    : `${prior === null ? capital(name) : `New ${name}`} ${where}${tail}.`
  return [...out, { text, boxes: ['opacity'] }]
}

function nodule(now: PhantomFindings, prior: PhantomFindings | null, r: Random): ReportSentence[] {
  const n = now.nodule
  if (n === null) return []
  const boxes: readonly BoxKey[] = ['nodule']
  if (prior !== null) {
    const text = prior.nodule !== null
      ? `${capital(n.side)} ${n.zone} lung nodule is unchanged.`
      : `New nodule in the ${n.side} ${n.zone} lung.`
    return [{ text, boxes }]
  }
  const text = r.pick([`A nodule is seen in the ${n.side} ${n.zone} lung.`, `Nodule in the ${n.side} ${n.zone} lung.`])
  return [{ text, boxes }]
}

function atelectasis(now: PhantomFindings, prior: PhantomFindings | null, r: Random): ReportSentence[] {
  const a = now.atelectasis
  const before = prior?.atelectasis ?? null
  const name = (side: Side | 'bilateral') =>
    side === 'bilateral' ? 'bibasilar atelectasis' : `${side} basilar atelectasis`
  if (a === null) return before === null ? [] : [plain(`${capital(name(before))} has resolved.`)]
  const boxes: readonly BoxKey[] = a === 'bilateral' ? ['atelectasis-left', 'atelectasis-right'] : [`atelectasis-${a}`]
  if (prior === null) return [{ text: r.pick([`There is ${name(a)}.`, `Linear ${name(a)}.`]), boxes }]
  return [{ text: before === a ? `${capital(name(a))} is unchanged.` : `New ${name(a)}.`, boxes }]
}

function effusions(now: PhantomFindings, prior: PhantomFindings | null, r: Random): ReportSentence[] {
  const { left, right } = now.effusion
  if (prior === null && left > 0 && left === right) {
    const name = `${SIZE[left]} bilateral pleural effusions`
    const text = r.pick([`There are ${name}.`, `${capital(name)} are present.`])
    return [{ text, boxes: ['effusion-right', 'effusion-left'] }]
  }
  const sides = ['right', 'left'] as const
  return sides.flatMap((side) => effusion(side, now.effusion[side], prior?.effusion[side] ?? null, r))
}

function effusion(side: Side, size: 0 | Grade, before: 0 | Grade | null, r: Random): ReportSentence[] {
  if (size === 0) return before ? [plain(`The ${side} pleural effusion has resolved.`)] : []
  const boxes: readonly BoxKey[] = [`effusion-${side}`]
  const name = `${SIZE[size]} ${side} pleural effusion`
  if (before === null) return [{ text: r.pick([`There is a ${name}.`, `A ${name} is present.`]), boxes }]
  if (before === 0) return [{ text: `New ${name}.`, boxes }]
  const change = before === size ? 'is unchanged' : size > before ? 'has increased' : 'has decreased'
  return [{ text: `${capital(name)} ${change}.`, boxes }]
}

function pneumothorax(now: PhantomFindings, prior: PhantomFindings | null, r: Random): ReportSentence[] {
  const out: ReportSentence[] = []
  const p = now.pneumothorax
  const before = prior?.pneumothorax ?? null
  const same = before !== null && p?.side === before.side
  if (before !== null && !same) out.push(plain(`The ${before.side} pneumothorax has resolved.`))
  if (p === null) return out
  const name = `${SIZE[p.size]} ${p.side} pneumothorax`
  const boxes: readonly BoxKey[] = ['pneumothorax']
  if (prior === null) return [{ text: r.pick([`There is a ${name}.`, `A ${name} is present.`]), boxes }]
  if (!same) return [...out, { text: `New ${name}.`, boxes }]
  const change = before.size === p.size ? 'is unchanged' : p.size > before.size ? 'has increased' : 'has decreased'
  return [{ text: `${capital(name)} ${change}.`, boxes }]
}

function negatives(now: PhantomFindings, prior: PhantomFindings | null, r: Random): ReportSentence[] {
  const absent: string[] = []
  if (now.opacity === null && !prior?.opacity) absent.push('focal consolidation')
  const dry = (f: PhantomFindings | null) => f === null || (f.effusion.left === 0 && f.effusion.right === 0)
  if (dry(now) && dry(prior)) absent.push('pleural effusion')
  if (now.pneumothorax === null && !prior?.pneumothorax) absent.push('pneumothorax')
  if (absent.length === 0) return []
  const last = absent[absent.length - 1] as string
  const list = absent.length === 1 ? last : `${absent.slice(0, -1).join(', ')}${absent.length > 2 ? ',' : ''} or ${last}`
  return [plain(r.pick([`No ${list}.`, `There is no ${list}.`]))]
}
