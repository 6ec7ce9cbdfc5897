/** Headings whose text is what was seen; what stands under any other heading was asked, done or known before. */
const SEEN = /^(?:findings?|impressions?|conclusions?|opinion|report|final report|interpretation|summary|observations?|chest|lungs?|heart|pleura|mediastinum|bones?|lines(?: and tubes)?|tubes(?: and lines)?)$/
const HEADING = /^[^\S\n]*([A-Z][A-Za-z ,/()-]{1,40}?)[^\S\n]*:[^\S\n]*/gm
/** A heading that names one of these starts a section even when it is not in capitals. */
const KNOWN = /^(?:indication|history|clinical|reason|technique|comparison|examination|exam|procedure|recommendations?|notification|findings?|impressions?|conclusions?|addendum|wet read)/

/**
 * The part of a report that says what was seen: its findings and impression, when it has headings ("INDICATION: rule
 * out effusion" finds no effusion). A text without headings is taken whole.
 */
export function reportBody(text: string): string {
  const headings = [...text.replaceAll('\r\n', '\n').matchAll(HEADING)].filter((match) => {
    const name = match[1] ?? ''
    return name === name.toUpperCase() || KNOWN.test(name.toLowerCase())
  })
  const whole = text.replaceAll('\r\n', '\n')
  if (headings.length === 0) return whole.trim()
  const parts = headings.map((match, at) => ({
    name: (match[1] ?? '').toLowerCase().trim(),
    text: whole.slice(match.index + match[0].length, headings[at + 1]?.index ?? whole.length).trim(),
  }))
  const seen = parts.filter((part) => SEEN.test(part.name) && part.text !== '')
  return seen.map((part) => part.text).join('\n\n')
}
