import { NO_FINDINGS, type Grade, type PhantomFindings, type Side, type Zone } from './phantom.ts'
import type { Random } from './random.ts'

const SIDES: readonly [Side, Side] = ['left', 'right']
const ZONES: readonly [Zone, Zone, Zone] = ['upper', 'mid', 'lower']
const HEALTHY = 0.18 // share of films without any finding
const PERSISTENCE = 0.55 // chance that a finding of the prior is carried over as it was

/** Draws the findings of one film. Rare ones come more often than in a clinic, so that they can be learned. */
export function sampleFindings(random: Random): PhantomFindings {
  if (random.chance(HEALTHY)) return NO_FINDINGS
  const pneumothorax = random.chance(0.22) ? { side: random.pick(SIDES), size: grade(random, 0.5, 0.3) } : null
  const intubated = random.chance(0.2)
  return consistent({
    cardiomegaly: random.chance(0.36) ? grade(random, 0.45, 0.35) : 0,
    effusion: {
      left: random.chance(0.3) ? grade(random, 0.45, 0.35) : 0,
      right: random.chance(0.3) ? grade(random, 0.45, 0.35) : 0,
    },
    opacity: random.chance(0.34)
      ? { kind: random.chance(0.5) ? 'consolidation' : 'opacity', side: random.pick(SIDES), zone: random.pick(ZONES) }
      : null,
    edema: random.chance(0.26) ? grade(random, 0.45, 0.35) : 0,
    pneumothorax,
    atelectasis: random.chance(0.26) ? random.pick(['left', 'right', 'bilateral']) : null,
    nodule: random.chance(0.22) ? { side: random.pick(SIDES), zone: random.pick(ZONES) } : null,
    lowVolumes: random.chance(0.22),
    pacemaker: random.chance(0.22),
    endotrachealTube: intubated,
    entericTube: random.chance(intubated ? 0.7 : 0.08),
    centralLine: random.chance(0.24) ? random.pick(SIDES) : null,
    chestTube: random.chance(pneumothorax === null ? 0.05 : 0.45) ? (pneumothorax?.side ?? random.pick(SIDES)) : null,
    sternotomyWires: random.chance(0.2),
  })
}

/** What a film taken later shows: some findings persist, some worsen or improve, some come or go. */
export function evolveFindings(prior: PhantomFindings, random: Random): PhantomFindings {
  const fresh = sampleFindings(random)
  const keep = <K extends keyof PhantomFindings>(key: K): PhantomFindings[K] =>
    random.chance(PERSISTENCE) ? prior[key] : fresh[key]
  const graded = (before: 0 | Grade, drawn: 0 | Grade): 0 | Grade => {
    if (random.chance(PERSISTENCE - 0.15)) return before
    if (before !== 0 && random.chance(0.7)) return step(before, random)
    return drawn
  }
  const before = prior.pneumothorax
  const size = before === null ? 0 : graded(before.size, fresh.pneumothorax?.size ?? 0)
  return consistent({
    cardiomegaly: graded(prior.cardiomegaly, fresh.cardiomegaly),
    effusion: {
      left: graded(prior.effusion.left, fresh.effusion.left),
      right: graded(prior.effusion.right, fresh.effusion.right),
    },
    opacity: keep('opacity'),
    edema: graded(prior.edema, fresh.edema),
    pneumothorax: before === null ? keep('pneumothorax') : size === 0 ? null : { side: before.side, size },
    atelectasis: keep('atelectasis'),
    nodule: prior.nodule ?? keep('nodule'), // nodules do not come and go between two films
    lowVolumes: keep('lowVolumes'),
    pacemaker: prior.pacemaker || fresh.pacemaker, // implants stay
    endotrachealTube: keep('endotrachealTube'),
    entericTube: keep('entericTube'),
    centralLine: keep('centralLine'),
    chestTube: keep('chestTube'),
    sternotomyWires: prior.sternotomyWires || fresh.sternotomyWires,
  })
}

function grade(random: Random, small: number, moderate: number): Grade {
  const u = random.next()
  return u < small ? 1 : u < small + moderate ? 2 : 3
}

function step(before: Grade, random: Random): 0 | Grade {
  const after = before + (random.chance(0.5) ? 1 : -1)
  return (after > 3 ? 2 : after) as 0 | Grade
}

/** Removes what another finding would hide on the film, so that every finding in the text can be seen. */
function consistent(f: PhantomFindings): PhantomFindings {
  const effusion = { ...f.effusion }
  const ptx = f.pneumothorax
  if (ptx !== null && effusion[ptx.side] > 1) effusion[ptx.side] = 1
  const drowned = (side: Side) => effusion[side] === 3
  const wet = (side: Side, zone: Zone) => drowned(side) || (zone === 'lower' && effusion[side] === 2)
  const hidden = f.opacity !== null && (wet(f.opacity.side, f.opacity.zone) || ptx?.side === f.opacity.side)
  const opacity = hidden ? null : f.opacity
  const hidesNodule = (side: Side, zone: Zone) =>
    wet(side, zone) || (opacity?.side === side && opacity.zone === zone) || (ptx?.side === side && zone === 'upper')
  const bands = (side: Side) => effusion[side] < 2 && !(opacity?.side === side && opacity.zone === 'lower')
  const atelectasis =
    f.atelectasis === null ? null
    : f.atelectasis !== 'bilateral' ? (bands(f.atelectasis) ? f.atelectasis : null)
    : bands('left') && bands('right') ? 'bilateral' : bands('left') ? 'left' : bands('right') ? 'right' : null
  return {
    ...f,
    effusion,
    opacity,
    nodule: f.nodule !== null && hidesNodule(f.nodule.side, f.nodule.zone) ? null : f.nodule,
    atelectasis,
  }
}
