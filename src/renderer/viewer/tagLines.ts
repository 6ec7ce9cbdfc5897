import type { dicomContract } from '../../shared/contracts/dicom.ts'
import type { Result } from '../../shared/rpc/contract.ts'

/** A line of the tag browser. */
export type TagLine = Result<typeof dicomContract, 'film.tags'>[number]

/** The lines that hold every word typed, in tag, name or value; a tag is found with or without its punctuation. */
export function filterTags(lines: readonly TagLine[], query: string): readonly TagLine[] {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) return lines
  return lines.filter(({ tag, name, value }) => {
    const text = `${tag} ${tag.replace(/[(),]/g, '')} ${name} ${value}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** Groups and VRs that say who a patient is, or lead to the record of who it is. */
export function identifies({ tag, vr, name }: TagLine): boolean {
  const group = tag.replace(/\D*/, '').slice(0, 4)
  return group === '0010' || vr === 'PN' || vr === 'UI' || /accession|institution|station|study id|comments/i.test(name)
}
