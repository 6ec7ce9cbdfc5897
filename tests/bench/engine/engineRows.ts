import { row, type Row } from '../row.ts'
import type { Figures } from './figures.ts'
import type { LlamaSetting } from './llamaPeer.ts'
import type { Shape } from './shape.ts'
import { PASS_ROWS, STRENGTHS } from './subject.ts'

/** Judges what was measured against the bars. */
export function toRows(
  figures: Figures, { prompt, written }: Shape, setting: LlamaSetting | null,
  { bandwidth, bytesAToken }: { readonly bandwidth: number; readonly bytesAToken: number },
): readonly Row[] {
  const of = (name: string): number => figures.of(name) ?? NaN
  const speed = (ms: number | null, tokens: number): number | null =>
    ms === null ? null : Number(((1000 * tokens) / ms).toPrecision(4))
  const rows: Row[] = []
  const say = (...rest: Parameters<typeof row> extends [string, ...infer Rest] ? Rest : never): void =>
    void rows.push(row('engine', ...rest))
  const decode = 1000 / of('decode')
  const times = (factor: number, peer: number | null): number | null =>
    peer === null ? null : Number((factor * peer).toPrecision(4))
  const peerDecode = speed(figures.of('peer decode'), 1)
  const how = setting === null ? '' : ` (${settingText(setting)})`
  say(`decode, peer node-llama-cpp Q4_0${how}`, decode, 'tokens/s', {
    peer: peerDecode, bar: times(1.25, peerDecode), better: 'more',
  })
  const peerPrefill = speed(figures.of('peer prefill'), prompt - 1)
  if (setting !== null) say('first tokens that the peer writes alike', of('peer tokens'), 'tokens')
  say('prefill, peer node-llama-cpp Q4_0', (1000 * prompt) / of('prefill'), 'tokens/s', {
    peer: peerPrefill, bar: peerPrefill, better: 'more',
  })
  const usual = speed(figures.of('usual decode'), 1)
  say('decode, peer the usual loop, KV in and out', decode, 'tokens/s', { peer: usual, bar: times(3, usual), better: 'more' })
  say('memory bandwidth', bandwidth / 1e9, 'GB/s')
  say('bandwidth that decoding uses', (100 * bytesAToken * decode) / bandwidth, '%')
  say('steered, generated positions, over decoding', of('steered, generated') / of('decode total'), 'x', { bar: 1.05 })
  say('steered, all positions, over from scratch', of('steered, all') / of('from scratch'), 'x', { bar: 0.6 })
  for (const [share, bar] of [[1, 2.2], [0.8, 1.5], [0, 0.95]] as const) {
    const name = `draft with ${100 * share} % of tokens equal, over plain decoding`
    say(name, of('decode total') / of(`draft ${share}`), 'x', { bar, better: 'more' })
    say(`drafted tokens at ${100 * share} % (accepted ${of(`accepted ${share}`)})`, of(`drafted ${share}`), 'tokens')
  }
  const sweepDecodes = (of('sweep') - of('prefill')) / of('decode total')
  say(`${STRENGTHS} strengths after one prefill, in plain decodes of ${written} tokens`, sweepDecodes, 'decodes', {
    bar: 12,
  })
  say('features of a text, over its generation', (100 * of('features')) / of('from scratch'), '%', { bar: 5 })
  say('features of the whole study, over its generation', (100 * of('browse')) / of('from scratch'), '%', { bar: 5 })
  for (const count of PASS_ROWS) {
    const ms = figures.of(`pass ${count}`)
    if (ms !== null) say(`pass of ${count} rows, processor time a thread`, ms, 'ms')
  }
  say('from scratch', of('from scratch') / 1000, 's')
  return rows
}

export function settingText({ batchSize, flashAttention }: LlamaSetting): string {
  return `batch ${batchSize}, flash attention ${flashAttention ? 'on' : 'off'}`
}
