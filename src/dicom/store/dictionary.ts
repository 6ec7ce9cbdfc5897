import { tagLabel } from '../parse/dataSet.ts'
import type { Dictionary } from './listTags.ts'

/** The public data dictionary of dcmjs, loaded when the tag browser is first opened. */
export async function loadDictionary(): Promise<Dictionary> {
  const { default: dcmjs } = await import('dcmjs')
  const { dictionary } = dcmjs.data.DicomMetaDictionary
  return (tag) => {
    const entry = dictionary[tagLabel(tag)]
    return entry?.name === undefined ? null : { name: entry.name, vr: entry.vr ?? '' }
  }
}
