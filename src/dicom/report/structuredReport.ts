import type { DataSet } from '../parse/dataSet.ts'
import { TAG } from '../parse/tags.ts'
import type { StudyTexts } from '../../shared/contracts/dicom.ts'
import { reportTexts } from './reportTexts.ts'

/** Content items that are read of one document. */
const MOST_ITEMS = 2_000

/**
 * The text of a structured report (PS3.3 A.35): its TEXT items under the names of the containers and items that hold
 * them, read as a report with headings. Null for a document without text.
 */
export function structuredReport(set: DataSet): StudyTexts | null {
  const lines: string[] = []
  collect(set, '', lines)
  return lines.length === 0 ? null : reportTexts(lines.join('\n'))
}

function collect(set: DataSet, above: string, lines: string[]): void {
  for (const item of set.items(TAG.ContentSequence)) {
    if (lines.length >= MOST_ITEMS) return
    const name = item.items(TAG.ConceptNameCodeSequence)[0]?.text(TAG.CodeMeaning) ?? ''
    // "Finding" and "Impression" name single items of what the headings call FINDINGS and IMPRESSION.
    const heading = name.replace(/^finding$/i, 'Findings').replace(/^conclusions?$/i, 'Conclusion') || above
    const text = item.text(TAG.ValueType) === 'TEXT' ? item.wholeText(TAG.TextValue) : ''
    if (text !== '') lines.push(heading === '' ? text : `${heading.toUpperCase()}: ${text}`)
    collect(item, heading, lines)
  }
}
