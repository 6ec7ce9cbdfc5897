import { describe, expect, it } from 'vitest'
import { personName } from '../../../../src/dicom/header/personName.ts'

describe('personName', () => {
  it.each([
    ['Adams^John Robert Quincy^^Rev.^B.A. M.Div.', 'Adams, Rev. John Robert Quincy B.A. M.Div.'],
    ['Yamada^Tarou=山田^太郎=やまだ^たろう', 'Yamada, Tarou (山田 太郎)'],
    ['=김^희중', '김 희중'],
    ['Doe', 'Doe'],
    ['^^^^', ''],
    ['', ''],
  ])('writes %s as people do', (value, written) => {
    expect(personName(value)).toBe(written)
  })
})
