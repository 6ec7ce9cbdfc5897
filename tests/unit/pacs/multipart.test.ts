import { describe, expect, it } from 'vitest'
import { boundaryOf, multipart } from '../../../src/pacs/dicomweb/multipart.ts'

async function parts(text: string, size: number, boundary = 'b'): Promise<string[]> {
  const bytes = Buffer.from(text, 'latin1')
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const found: string[] = []
  let part = ''
  for await (const event of multipart(chunks(), boundary)) {
    if (event.kind === 'data') part += Buffer.from(event.bytes).toString('latin1')
    else {
      found.push(part)
      part = ''
    }
  }
  return found
}

describe('a multipart body', () => {
  const body = 'preamble\r\n--b\r\nContent-Type: application/dicom\r\n\r\none\r\n--c\r\n\r\n--b\r\n\r\ntwo\r\n--b--\r\nepilogue'

  it('gives its parts however the bytes are cut', async () => {
    for (let size = 1; size <= body.length; size++) expect(await parts(body, size)).toEqual(['one\r\n--c\r\n', 'two'])
  })

  it('may begin with its boundary at once', async () => {
    expect(await parts('--b\r\n\r\nx\r\n--b--', 3)).toEqual(['x'])
  })

  it('that ends early is damaged', async () => {
    await expect(parts('--b\r\n\r\nx', 4)).rejects.toMatchObject({ kind: 'bad-input', message: /ends in the middle/ })
    await expect(parts('', 4)).rejects.toMatchObject({ kind: 'bad-input' })
  })

  it('whose headers never end is refused', async () => {
    await expect(parts(`--b\r\n${'x'.repeat(40_000)}`, 1000)).rejects.toMatchObject({ message: /endless headers/ })
  })

  it('is told by its content type', () => {
    expect(boundaryOf('multipart/related; type="application/dicom"; boundary="a=b:c"')).toBe('a=b:c')
    expect(boundaryOf('multipart/related;boundary=x')).toBe('x')
    expect(boundaryOf('application/json')).toBeNull()
  })
})
