import { describe, expect, it } from 'vitest'
import { actionOf, clashOf, KEYMAP, keyName, setOwnKeys, tooltipOf, type Scope } from '../../../../src/renderer/keys/keymap.ts'
import { actionFor, combinationOf, type KeyPress } from '../../../../src/renderer/keys/match.ts'

const press = (key: string, modifiers: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  metaKey: false,
  ...modifiers,
})
const idIn = (key: string, ...scopes: Scope[]): string | null => actionFor(press(key), new Set(scopes))?.id ?? null

describe('the keymap', () => {
  it('has no id twice', () => {
    const ids = KEYMAP.map((entry) => entry.id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('gives a key one meaning within a scope', () => {
    const claims = KEYMAP.flatMap((entry) => entry.keys.map((key) => `${entry.scope} ${key}`))
    expect(claims.filter((claim, at) => claims.indexOf(claim) !== at)).toEqual([])
  })

  it('names keys as they stand on the keyboard', () => {
    expect(keyName('ArrowLeft')).toBe('←')
    expect(keyName('Ctrl+ArrowUp')).toBe('Ctrl+↑')
    expect(keyName('+')).toBe('+')
    expect(keyName('Shift+N')).toBe('Shift+N')
    expect(tooltipOf('film.invert')).toBe('Invert (I)')
  })

  it('refuses an action that is not in the table', () => {
    expect(() => actionOf('film.rotate-by-magic')).toThrow(/no action/)
  })
})

describe('matching a key press', () => {
  it('reads letters without regard to caps lock', () => {
    expect(combinationOf(press('I'))).toBe('i')
    expect(combinationOf(press('N', { shiftKey: true }))).toBe('Shift+N')
  })

  it('does not name Shift where the character already shows it', () => {
    expect(combinationOf(press('?', { shiftKey: true }))).toBe('?')
    expect(combinationOf(press('ArrowRight', { shiftKey: true }))).toBe('Shift+ArrowRight')
  })

  it('means the innermost scope that is active', () => {
    expect(idIn('i', 'case', 'global')).toBe('film.invert')
    expect(idIn('i', 'verdict-significance', 'case', 'global')).toBe('significance.insignificant')
    expect(idIn('2', 'case')).toBe('verdict.off-target')
    expect(idIn('2', 'verdict-category', 'case')).toBe('category.2')
    expect(idIn('e', 'verdict-category', 'case', 'global')).toBe('category.5')
  })

  it('means what the reader gave it, and no longer what the table says', () => {
    setOwnKeys({ 'film.invert': ['q'] })
    expect([idIn('i', 'case'), tooltipOf('film.invert')]).toEqual([null, 'Invert (Q)'])
    setOwnKeys({})
    expect(idIn('i', 'case')).toBe('film.invert')
  })

  it('is refused to an action where another of its scope has it', () => {
    expect(clashOf('film.invert', 'q')?.id).toBe('feature.case')
    expect(clashOf('film.invert', 'i')).toBeNull()
    expect(clashOf('film.invert', 'Shift+I')).toBeNull()
    expect(clashOf('category.1', 'i')).toBeNull() // an inner scope may use the letter again
  })

  it('leaves a note before it drops a verdict, and reaches the note from an open verdict', () => {
    expect(idIn('Escape', 'note', 'verdict-category', 'case', 'global')).toBe('note.leave')
    expect(idIn('Escape', 'verdict-category', 'case', 'global')).toBe('draft.drop')
    expect(idIn('o', 'verdict-category', 'case')).toBe('note.write')
    expect(idIn('o', 'verdict-significance', 'case')).toBe('note.write')
  })

  it('falls through to the outer scope', () => {
    expect(idIn('e', 'case', 'global')).toBe('export')
    expect(idIn('ArrowDown', 'features', 'case')).toBe('feature.next')
    expect(idIn('ArrowDown', 'case')).toBe('edit.next')
    expect(idIn(';', 'case', 'global')).toBeNull()
  })

  it('does not take a plain key for one with a modifier', () => {
    expect(actionFor(press('n', { ctrlKey: true }), new Set(['case']))).toBeNull()
    expect(actionFor(press('ArrowUp', { ctrlKey: true }), new Set(['case']))?.id).toBe('film.brighter')
  })
})
