import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chatPrompt } from '../../../src/compute/maira2/chatTemplate.ts'
import { prepareImage } from '../../../src/compute/maira2/image.ts'
import { MAIRA2_IMAGE_SETTINGS } from '../../../src/compute/maira2/imageSettings.ts'
import { userTurn, type PromptQuestion } from '../../../src/compute/maira2/prompt.ts'
import { readTokenizerFiles } from '../../../src/compute/maira2/tokenizerFiles.ts'
import { modelFilm } from '../../../src/dicom/grey/modelFilm.ts'
import { FilmStore } from '../../../src/dicom/store/filmStore.ts'
import { openFilm, type OpenFilm } from '../../../src/dicom/store/openFilm.ts'
import { drawDemo } from '../../../src/dicom/write/drawDemo.ts'
import { writePhantomDicom } from '../../../src/dicom/write/writePhantomDicom.ts'
import type { Bench, Group } from '../bench.ts'
import { median, row } from '../row.ts'

const ROUNDS = 15
const LARGE = { columns: 2500, rows: 3000 }
/** MAIRA-2's patches a film. */
const IMAGE_TOKENS = 1369

const QUESTION: PromptQuestion = {
  mode: 'grounded',
  hasLateral: true,
  hasPrior: true,
  priorReport: 'Small left pleural effusion with adjacent atelectasis. The heart is mildly enlarged. No pneumothorax.',
  indication: 'Dyspnea and fever.',
  technique: 'PA and lateral views of the chest.',
  comparison: 'Chest radiograph yesterday.',
  phrase: null,
}

/** What comes before the model: from a stored file to 8 bits, from 8 bits to its input, from a question to its ids. */
export const processor: Group = {
  name: 'processor',
  async run({ session, say }: Bench) {
    say('Drawing films')
    const dir = mkdtempSync(join(tmpdir(), 'hilum-bench-'))
    try {
      const store = await FilmStore.open(dir)
      const { films } = await drawDemo(0, store)
      const { hash } = films[0]!
      const large = await largeFilm()
      const grey = modelFilm('', large.stored, large.header)
      const { tokenizer } = await readTokenizerFiles(join(session.resourcesDir, 'model'))
      say('Measuring')
      const [open, whole, tensor, prompt] = await interleaved([
        async () => openFilm(await store.get(hash), hash),
        () => prepareImage(modelFilm('', large.stored, large.header), MAIRA2_IMAGE_SETTINGS),
        () => prepareImage(grey, MAIRA2_IMAGE_SETTINGS),
        () => tokenizer.encodePrompt(chatPrompt(userTurn(QUESTION)), IMAGE_TOKENS),
      ])
      const size = `${LARGE.columns} x ${LARGE.rows}`
      return [
        row('processor', 'demo film opened', median(open!), 'ms', { bar: 100 }),
        row('processor', `${size} film of 16 bits prepared`, median(whole!), 'ms', { bar: 150 }),
        // Peer: MAIRA-2's own steps in numpy 2 and Pillow 13, measured by turns with ours on one core.
        row('processor', `${size} film of 8 bits prepared`, median(tensor!), 'ms', { peer: 159 }),
        row('processor', 'prompt of three films encoded', median(prompt!), 'ms'),
      ]
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  },
}

/** A film of 16 bits the way it comes out of its file: rising from the left, with noise. */
async function largeFilm(): Promise<OpenFilm> {
  const pixels = Uint16Array.from({ length: LARGE.columns * LARGE.rows }, (_, i) =>
    Math.trunc((60_000 * (i % LARGE.columns)) / LARGE.columns) + (Math.imul(i, 0x9e3779b1) >>> 20))
  const bytes = writePhantomDicom({
    ...LARGE, pixels, bitsStored: 16, window: { center: 32_768, width: 60_000 }, pixelSpacing: 0.14, view: 'PA',
    patient: { id: 'bench', name: 'Bench^Film', birthDate: '1970-01-01', sex: 'O' },
    study: { date: '2020-01-01', time: '12:00:00', accession: 'B1', description: 'Bench', referringIndication: '' },
  })
  return openFilm(bytes, '')
}

/** Milliseconds of each work's runs. They take turns, so that a slow spell of the machine falls on all of them. */
async function interleaved(works: readonly (() => unknown)[]): Promise<readonly (readonly number[])[]> {
  for (const work of works) await work()
  const times = works.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, work] of works.entries()) {
      const began = performance.now()
      await work()
      times[at]!.push(performance.now() - began)
    }
  }
  return times
}
