/**
 * Writes what the model is given for the cases of tests/golden/embedded, for training/oracle/embedded.py:
 *   node scripts/model/writeOracleCases.ts MODEL_DIR DICTIONARY_DIR OUT
 * OUT/cases.jsonl holds a case a line; OUT/pixels.bin their films' normalised pixels, float32.
 */
import { mkdir, open, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ORACLE_CASES } from './oracleCases.ts'
import { TRAINING_FILM } from './phantomFilms.ts'
import { PhantomReader } from './phantomReader.ts'

const [modelDir, dictionaryDir, out] = process.argv.slice(2)
if (modelDir === undefined || dictionaryDir === undefined || out === undefined) {
  throw new Error('Say which: writeOracleCases.ts MODEL_DIR DICTIONARY_DIR OUT')
}
await mkdir(out, { recursive: true })
const reader = await PhantomReader.open({ modelDir, dictionaryDir, cacheDir: join(tmpdir(), 'hilum-phantoms'), film: TRAINING_FILM })
await using file = await open(join(out, 'pixels.bin'), 'w')
const lines: string[] = []
for (const { seed, mode } of ORACLE_CASES) {
  const { ids, pixels } = await reader.asked(seed, mode)
  for (const film of pixels) await file.write(new Uint8Array(film.buffer, film.byteOffset, film.byteLength))
  lines.push(JSON.stringify({ seed, mode, films: pixels.length, ids }))
}
await writeFile(join(out, 'cases.jsonl'), `${lines.join('\n')}\n`)
await reader.dispose()
