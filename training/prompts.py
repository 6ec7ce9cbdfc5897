"""MAIRA-2's prompt for training, from the same constants as the host (src/compute/maira2/prompt.ts is the authority)."""
SYSTEM = 'You are an expert radiology assistant tasked with interpreting a chest X-ray study.'
FINDINGS = ' Provide a description of the findings in the radiology study in comparison to the prior frontal image.'
GROUNDED = (FINDINGS + ' Each finding should be described as a self-contained plain-text sentence. If the finding is'
            ' groundable, locate the finding in the current frontal chest X-ray image, with bounding boxes indicating'
            ' all locations where it can be seen in the current frontal image. Otherwise, generate just the ungrounded'
            ' finding without bounding boxes.')


def prompt_text(lateral, prior, grounded, indication, technique, comparison, prior_report):
    """The whole prompt with one `<image>` per film, generation prompt on."""
    na = lambda v: v if v else 'N/A'
    lead = 'Given the current frontal image'
    if not lateral and not prior:
        images = lead + ' only<image>'
    elif not prior:
        images = lead + '<image> and the current lateral image<image>'
    elif not lateral:
        images = lead + '<image> and the prior frontal image<image>'
    else:
        images = lead + '<image> the current lateral image<image> and the prior frontal image<image>'
    if prior:
        images += f' PRIOR_REPORT: {na(prior_report)}'
    fields = f' INDICATION: {na(indication)} TECHNIQUE: {na(technique)} COMPARISON: {na(comparison)}'
    return f'{SYSTEM}  USER:  {images}{GROUNDED if grounded else FINDINGS}{fields}  ASSISTANT: '


def plain_completion(sentences):
    return ' '.join(s['text'] for s in sentences)


def grounded_completion(sentences, boxes):
    """`<obj>sentence<box><x..><y..><x..><y..></box></obj>` units back to back; coordinates in hundredths, floored."""
    bin_of = lambda v: min(99, max(0, int(v * 100)))
    out = []
    for s in sentences:
        tail = ''.join(
            f"<box><x{bin_of(b['xMin'])}><y{bin_of(b['yMin'])}><x{bin_of(b['xMax'])}><y{bin_of(b['yMax'])}></box>"
            for b in (boxes[k] for k in s['boxes'] if k in boxes))
        out.append(f"<obj>{s['text']}{tail}</obj>")
    return ''.join(out)
