/**
 * Writes a contact sheet of phantom films as a PNG, for looking at them.
 *   node scripts/phantoms/contactSheet.ts OUT.png [--size 144] [--rows 4] [--first 1] [--findings] [--lateral]
 * Films are drawn at twice the size (at least 288) and averaged down. With --findings every row is one finding at its
 * grades in several patients; otherwise every film is a case of the generator.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { sampleAnatomy } from '../../src/phantom/anatomy.ts'
import { boxesOf } from '../../src/phantom/geometry.ts'
import { drawFrontal } from '../../src/phantom/drawFrontal.ts'
import { drawLateral } from '../../src/phantom/drawLateral.ts'
import { sampleFindings } from '../../src/phantom/findings.ts'
import { NO_FINDINGS, type PhantomFindings } from '../../src/phantom/phantom.ts'
import { Random } from '../../src/phantom/random.ts'
import { encodeGreyPng } from './png.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '144' },
    rows: { type: 'string', default: '6' },
    columns: { type: 'string', default: '8' },
    first: { type: 'string', default: '1' },
    findings: { type: 'boolean', default: false },
    boxes: { type: 'boolean', default: false },
    lateral: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
})
const out = positionals[0]
if (out === undefined) throw new Error('Say where to write the sheet: contactSheet.ts OUT.png')
const size = Number(values.size)
const across = Number(values.columns)
const first = Number(values.first)

const finding = (part: Partial<PhantomFindings>): PhantomFindings => ({ ...NO_FINDINGS, ...part })
const GALLERY: Record<string, readonly Partial<PhantomFindings>[]> = {
  none: [{}],
  cardiomegaly: [{ cardiomegaly: 1 }, { cardiomegaly: 2 }, { cardiomegaly: 3 }],
  effusion: [
    { effusion: { left: 1, right: 0 } },
    { effusion: { left: 0, right: 1 } },
    { effusion: { left: 2, right: 0 } },
    { effusion: { left: 0, right: 2 } },
    { effusion: { left: 3, right: 0 } },
    { effusion: { left: 0, right: 3 } },
  ],
  opacity: (['consolidation', 'opacity'] as const).flatMap((kind) =>
    (['upper', 'mid', 'lower'] as const).map((zone, i) => ({
      opacity: { kind, zone, side: i % 2 === 0 ? ('left' as const) : ('right' as const) },
    })),
  ),
  edema: [{ edema: 1 }, { edema: 2 }, { edema: 3 }],
  pneumothorax: ([1, 2, 3] as const).flatMap((grade) => [
    { pneumothorax: { side: 'left', size: grade } as const },
    { pneumothorax: { side: 'right', size: grade } as const },
  ]),
  atelectasis: [{ atelectasis: 'left' }, { atelectasis: 'right' }, { atelectasis: 'bilateral' }],
  nodule: (['upper', 'mid', 'lower'] as const).map((zone, i) => ({
    nodule: { zone, side: i === 1 ? ('left' as const) : ('right' as const) },
  })),
  lowVolumes: [{ lowVolumes: true }],
  devices: [
    { pacemaker: true },
    { endotrachealTube: true },
    { entericTube: true },
    { endotrachealTube: true, entericTube: true },
    { centralLine: 'right' },
    { centralLine: 'left' },
    { chestTube: 'left' },
    { chestTube: 'right' },
    { sternotomyWires: true },
  ],
}

const films: { anatomy: number; findings: PhantomFindings }[] = []
if (values.findings) {
  for (const [name, list] of Object.entries(GALLERY)) {
    if (values.only !== '' && !values.only.split(',').includes(name)) continue
    list.forEach((part, i) => {
      for (let c = 0; c < across; c++) films.push({ anatomy: first + c + 31 * i, findings: finding(part) })
    })
  }
} else {
  for (let i = 0; i < across * Number(values.rows); i++) {
    films.push({ anatomy: first + i, findings: sampleFindings(new Random(first + i + 9999)) })
  }
}

const down = Math.ceil(films.length / across)
const sheet = new Uint8Array(across * size * down * size)
films.forEach(({ anatomy: seed, findings }, i) => {
  const anatomy = sampleAnatomy(new Random(seed))
  const times = Math.max(1, Math.round(288 / size))
  const draw = values.lateral ? drawLateral : drawFrontal
  const drawn = draw(anatomy, findings, { columns: size * times, rows: size * times, seed })
  const left = (i % across) * size
  const top = Math.floor(i / across) * size
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let sum = 0
      for (let b = 0; b < times; b++)
        for (let a = 0; a < times; a++) sum += drawn[(y * times + b) * size * times + x * times + a]!
      sheet[(top + y) * across * size + left + x] = Math.round((255 * sum) / (times * times))
    }
  }
  if (!values.boxes) return
  for (const box of Object.values(boxesOf(anatomy, findings))) {
    const [x0, x1] = [box.xMin, box.xMax].map((x) => Math.min(size - 1, Math.round(x * size))) as [number, number]
    const [y0, y1] = [box.yMin, box.yMax].map((y) => Math.min(size - 1, Math.round(y * size))) as [number, number]
    for (let x = x0; x <= x1; x++) for (const y of [y0, y1]) sheet[(top + y) * across * size + left + x] = 255
    for (let y = y0; y <= y1; y++) for (const x of [x0, x1]) sheet[(top + y) * across * size + left + x] = 255
  }
})
writeFileSync(out, encodeGreyPng(sheet, across * size, down * size))
console.log(`${films.length} films, ${across} x ${down}, ${out}`)
