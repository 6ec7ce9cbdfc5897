import { shallowRef } from 'vue'

/**
 * Every action that has a key, in one table: the dispatcher, the tooltips and the help overlay read it.
 * A combination is written as modifiers and a key joined with `+`: `Ctrl+Enter`, `Shift+/`, `j`.
 */

/** Where a key counts. The first active scope that knows a key takes it, in the order of `SCOPE_ORDER`. */
export const SCOPE_ORDER = [
  'dialog',
  'models',
  'target',
  'judge',
  'note',
  'verdict-significance',
  'verdict-category',
  'measure',
  'features',
  'review-overall',
  'review-choice',
  'review-rating',
  'review-active',
  'review-item',
  'case',
  'dictionaries',
  'worklist',
  'plan',
  'sets',
  'results',
  'global',
] as const
export type Scope = (typeof SCOPE_ORDER)[number]

export interface KeyAction {
  readonly id: string
  readonly keys: readonly string[]
  readonly label: string
  readonly scope: Scope
  readonly group: string
}

const action = (id: string, keys: readonly string[], label: string, scope: Scope, group: string): KeyAction => ({
  id,
  keys,
  label,
  scope,
  group,
})

export const KEYMAP = [
  action('help.toggle', ['?', 'F1'], 'Show or hide the keys', 'global', 'Everywhere'),
  action('privacy.toggle', ['p'], 'Hide or show identifiers', 'global', 'Everywhere'),
  action('export', ['e'], 'Export verdicts', 'global', 'Everywhere'),
  action('retry', ['Shift+R'], 'Try again what the foot of the window says', 'global', 'Everywhere'),
  action('models.show', ['Shift+M'], 'Models: choose, add, verify, remove', 'global', 'Everywhere'),
  action('stop', ['Escape'], 'Cancel what runs, or close', 'global', 'Everywhere'),
  action('models.close', ['Escape'], 'Close the models', 'models', 'Everywhere'),
  action('settings.open', ['Ctrl+,'], 'Settings: mouse buttons and keys', 'global', 'Everywhere'),
  action('dialog.close', ['Escape', '?', 'F1'], 'Close what lies over the screen', 'dialog', 'Everywhere'),

  action('sets.open', ['Shift+S'], 'Review sets', 'worklist', 'Worklist'),
  action('worklist.next', ['ArrowDown', 'j'], 'Next case', 'worklist', 'Worklist'),
  action('worklist.previous', ['ArrowUp', 'k'], 'Previous case', 'worklist', 'Worklist'),
  action('worklist.first', ['Home'], 'First case', 'worklist', 'Worklist'),
  action('worklist.last', ['End'], 'Last case', 'worklist', 'Worklist'),
  action('worklist.open', ['Enter'], 'Open the case', 'worklist', 'Worklist'),
  action('worklist.search', ['/'], 'Search', 'worklist', 'Worklist'),
  action('import.files', ['o'], 'Import files', 'worklist', 'Worklist'),
  action('import.folder', ['Shift+O'], 'Import a folder', 'worklist', 'Worklist'),

  action('dictionaries.open', ['Shift+D'], 'Dictionaries', 'worklist', 'Worklist'),

  action('dictionaries.close', ['Escape', 'Backspace'], 'Back to the worklist', 'dictionaries', 'Dictionaries'),
  action('dictionaries.next', ['ArrowDown', 'j'], 'Next dictionary', 'dictionaries', 'Dictionaries'),
  action('dictionaries.previous', ['ArrowUp', 'k'], 'Previous dictionary', 'dictionaries', 'Dictionaries'),
  action('dictionaries.add', ['a'], 'Add a dictionary', 'dictionaries', 'Dictionaries'),
  action('dictionaries.use', ['u'], 'Use it with the model', 'dictionaries', 'Dictionaries'),
  action('dictionaries.calibrate', ['c'], 'Measure where it reads, or stop', 'dictionaries', 'Dictionaries'),
  action('dictionaries.settle', ['Enter'], 'Read at the hook that is marked', 'dictionaries', 'Dictionaries'),
  action('dictionaries.remove', ['Delete'], 'Remove it', 'dictionaries', 'Dictionaries'),

  action('sets.close', ['Backspace'], 'Back to the worklist', 'sets', 'Review sets'),
  action('sets.next', ['ArrowDown', 'j'], 'Next set', 'sets', 'Review sets'),
  action('sets.previous', ['ArrowUp', 'k'], 'Previous set', 'sets', 'Review sets'),
  action('sets.read', ['Enter'], 'Read the set', 'sets', 'Review sets'),
  action('sets.results', ['Shift+V'], 'Results of the set', 'sets', 'Review sets'),
  action('sets.plan', ['n'], 'Plan a set', 'sets', 'Review sets'),
  action('plan.close', ['Escape'], 'Close the plan, not kept', 'plan', 'Review sets'),
  action('sets.run', ['g'], 'Write its reports, or stop', 'sets', 'Review sets'),
  action('sets.sign-out', ['Shift+Q'], 'Sign out', 'sets', 'Review sets'),

  action('answer.submit', ['Enter'], 'Submit and lock the answer', 'review-item', 'Reading a set'),
  action('answer.leave', ['Backspace'], 'Back to the sets, answer dropped', 'review-item', 'Reading a set'),
  action('overall.1', ['1'], '1: concur', 'review-overall', 'The reports as a whole'),
  action('overall.2', ['2'], '2a: understandable, unlikely significant', 'review-overall', 'The reports as a whole'),
  action('overall.3', ['3'], '2b: understandable, likely significant', 'review-overall', 'The reports as a whole'),
  action('overall.4', ['4'], '3a: should not be, unlikely significant', 'review-overall', 'The reports as a whole'),
  action('overall.5', ['5'], '3b: should not be, likely significant', 'review-overall', 'The reports as a whole'),
  action('choice.first', ['1', 'a'], 'The first fits better', 'review-choice', 'Preference'),
  action('choice.second', ['2', 'b'], 'The second fits better', 'review-choice', 'Preference'),
  action('choice.both', ['3', 'e'], 'Both fit', 'review-choice', 'Preference'),
  action('choice.neither', ['4', 'n'], 'Neither fits', 'review-choice', 'Preference'),

  action('rating.1', ['1'], '1: not at all', 'review-rating', 'Interpretation'),
  action('rating.2', ['2'], '2', 'review-rating', 'Interpretation'),
  action('rating.3', ['3'], '3', 'review-rating', 'Interpretation'),
  action('rating.4', ['4'], '4', 'review-rating', 'Interpretation'),
  action('rating.5', ['5'], '5: entirely', 'review-rating', 'Interpretation'),
  action('wording.write', ['w'], 'Write a better wording', 'review-rating', 'Interpretation'),
  action('active.yes', ['1', 'y'], 'It activates the feature', 'review-active', 'Detection'),
  action('active.no', ['2', 'n'], 'It does not', 'review-active', 'Detection'),

  action('results.close', ['Backspace'], 'Back to the review sets', 'results', 'Results'),
  action('results.svg', ['s'], 'Save the charts as SVG', 'results', 'Results'),
  action('results.png', ['Shift+S'], 'Save the charts as PNG', 'results', 'Results'),

  action('case.next', ['n'], 'Next case', 'case', 'Case'),
  action('case.previous', ['Shift+N'], 'Previous case', 'case', 'Case'),
  action('case.close', ['Backspace'], 'Back to the worklist', 'case', 'Case'),

  action('film.opening', ['4'], 'Window that the film opens with', 'case', 'Windows'),
  action('film.automatic', ['5'], 'Window found from the pixels', 'case', 'Windows'),
  action('film.lungs', ['6'], 'Lungs', 'case', 'Windows'),
  action('film.mediastinum', ['7'], 'Mediastinum and spine', 'case', 'Windows'),
  action('film.lines', ['8'], 'Lines and tubes', 'case', 'Windows'),
  action('film.full', ['9'], 'Full range of the values', 'case', 'Windows'),
  action('film.window', ['v'], "Next of the file's own windows", 'case', 'Windows'),
  action('film.turn-right', ['.'], 'Turn clockwise', 'case', 'Films'),
  action('film.turn-left', [','], 'Turn counter-clockwise', 'case', 'Films'),
  action('film.mirror', ['Shift+H'], 'Mirror left to right', 'case', 'Films'),
  action('film.loupe', ['s'], 'Loupe at the pointer', 'case', 'Films'),
  action('film.tags', ['Shift+D'], 'Tags of the film', 'case', 'Films'),
  action('film.copy', ['Ctrl+c'], 'Copy the films as a picture', 'case', 'Films'),
  action('film.save', ['Shift+S'], 'Save the films as a picture', 'case', 'Films'),
  action('film.lateral', ['l'], 'Lateral on or off', 'case', 'Films'),
  action('film.swap', ['x'], 'Swap current and prior', 'case', 'Films'),
  action('film.layout', ['d'], 'Layout: one film, two, four', 'case', 'Films'),
  action('film.older', ['PageDown'], 'Older study as the prior', 'case', 'Films'),
  action('film.newer', ['PageUp'], 'Newer study as the prior', 'case', 'Films'),
  action('film.correct-view', ['Shift+V'], 'File the film as the other view', 'case', 'Films'),
  action('film.toggle', ['t'], 'Toggle current and prior in place', 'case', 'Films'),
  action('film.invert', ['i'], 'Invert', 'case', 'Films'),
  action('film.reset', ['r'], 'Reset window, zoom and pan', 'case', 'Films'),
  action('film.link', ['z'], 'Link or unlink current and prior', 'case', 'Films'),
  action('film.overlay', ['h'], 'Hide or show the text on films', 'case', 'Films'),
  action('film.zoom-in', ['=', '+'], 'Zoom in', 'case', 'Films'),
  action('film.zoom-out', ['-'], 'Zoom out', 'case', 'Films'),
  action('film.pan-left', ['Alt+ArrowLeft'], 'Pan left', 'case', 'Films'),
  action('film.pan-right', ['Alt+ArrowRight'], 'Pan right', 'case', 'Films'),
  action('film.pan-up', ['Alt+ArrowUp'], 'Pan up', 'case', 'Films'),
  action('film.pan-down', ['Alt+ArrowDown'], 'Pan down', 'case', 'Films'),
  action('film.brighter', ['Ctrl+ArrowUp'], 'Brighter (level down)', 'case', 'Films'),
  action('film.darker', ['Ctrl+ArrowDown'], 'Darker (level up)', 'case', 'Films'),
  action('film.narrower', ['Ctrl+ArrowLeft'], 'More contrast (narrower window)', 'case', 'Films'),
  action('film.wider', ['Ctrl+ArrowRight'], 'Less contrast (wider window)', 'case', 'Films'),

  action('measure.length', ['Shift+L'], 'Length', 'case', 'Measuring'),
  action('measure.angle', ['Shift+A'], 'Angle', 'case', 'Measuring'),
  action('measure.ratio', ['Shift+C'], 'Cardiothoracic ratio: heart, then chest', 'case', 'Measuring'),
  action('measure.rectangle', ['Shift+B'], 'Statistics of a rectangle', 'case', 'Measuring'),
  action('measure.ellipse', ['Shift+E'], 'Statistics of an ellipse', 'case', 'Measuring'),
  action('measure.arrow', ['Shift+T'], 'Arrow with words', 'case', 'Measuring'),
  action('measure.probe', ['Shift+P'], 'Value of a pixel', 'case', 'Measuring'),
  action('measure.calibration', ['Shift+K'], 'Calibrate by a line of known length', 'case', 'Measuring'),
  action('measure.next', ['Shift+J'], 'Select the next measurement', 'case', 'Measuring'),
  action('measure.remove', ['Delete'], 'Remove the selected measurement', 'case', 'Measuring'),
  action('measure.undo', ['Ctrl+z'], 'Undo', 'case', 'Measuring'),
  action('measure.redo', ['Ctrl+y', 'Ctrl+Shift+Z'], 'Redo', 'case', 'Measuring'),
  action('measure.left', ['ArrowLeft'], 'Move the cross left (Shift: far)', 'measure', 'With a measuring tool in hand'),
  action('measure.right', ['ArrowRight'], 'Move the cross right', 'measure', 'With a measuring tool in hand'),
  action('measure.up', ['ArrowUp'], 'Move the cross up', 'measure', 'With a measuring tool in hand'),
  action('measure.down', ['ArrowDown'], 'Move the cross down', 'measure', 'With a measuring tool in hand'),
  action('measure.place', ['Enter', 'Space'], 'Place a point', 'measure', 'With a measuring tool in hand'),
  action('measure.drop', ['Escape'], 'Drop what is drawn, then the tool', 'measure', 'With a measuring tool in hand'),

  action('word.previous', ['ArrowLeft'], 'Previous word (with boxes: finding)', 'case', 'Findings'),
  action('word.next', ['ArrowRight'], 'Next word (with boxes: finding)', 'case', 'Findings'),
  action('word.side', ['b'], 'Words of baseline or steered', 'case', 'Findings'),
  action('run.previous', ['['], 'Previous steered run', 'case', 'Findings'),
  action('run.next', [']'], 'Next steered run', 'case', 'Findings'),
  action('boxes.toggle', ['y'], 'Boxes of the findings on the film, on or off', 'case', 'Findings'),
  action('baseline.generate', ['g'], 'Write the baseline findings', 'case', 'Findings'),

  action('feature.search', ['/'], 'Search features by words', 'case', 'Features'),
  action('feature.case', ['q'], 'Top features of this case', 'case', 'Features'),
  action('feature.word', ['w'], 'Features of the word under the cursor', 'case', 'Features'),
  action('target.keep', ['Enter'], 'Keep what the feature stands for', 'target', 'What a feature stands for'),
  action('target.close', ['Escape'], 'Leave it as it is', 'target', 'What a feature stands for'),
  action('target.edit', ['Shift+F'], 'Say what the feature stands for', 'case', 'Features'),
  action('feature.focus', ['f'], 'Go to the feature list', 'case', 'Features'),
  action('feature.map', ['Shift+W'], 'Where the feature fires: films and words', 'case', 'Features'),
  action('feature.next', ['ArrowDown', 'j'], 'Next feature', 'features', 'Features'),
  action('feature.previous', ['ArrowUp', 'k'], 'Previous feature', 'features', 'Features'),
  action('feature.stronger', ['ArrowRight'], 'Push up by 0.1 × max (Shift: 1)', 'features', 'Features'),
  action('feature.weaker', ['ArrowLeft'], 'Push down by 0.1 × max (Shift: 1)', 'features', 'Features'),
  action('feature.choose', ['Space'], 'Put in at its measured strength, or take out', 'features', 'Features'),
  action('feature.leave', ['Escape'], 'Leave the feature list', 'features', 'Features'),
  action('steer.method', ['m'], 'Method: add or ablate', 'case', 'Steering'),
  action('steer.positions', ['a'], 'Positions: generated or all', 'case', 'Steering'),
  action('steer.clear', ['0'], 'Clear the intervention', 'case', 'Steering'),
  action('steer.run', ['Enter'], 'Steer', 'case', 'Steering'),

  action('edit.next', ['j', 'ArrowDown'], 'Next edit', 'case', 'Verdicts'),
  action('edit.previous', ['k', 'ArrowUp'], 'Previous edit', 'case', 'Verdicts'),
  action('verdict.on-target', ['1'], 'On-target', 'case', 'Verdicts'),
  action('verdict.off-target', ['2'], 'Off-target, then category and significance', 'case', 'Verdicts'),
  action('verdict.neutral', ['3'], 'Neutral', 'case', 'Verdicts'),
  action('judge.open', ['Shift+O'], 'Second opinion of a language model', 'case', 'Verdicts'),
  action('judge.close', ['Escape'], 'Cancel what is asked, or close', 'judge', 'Asking a language model'),
  action('verdict.withdraw', ['u'], 'Take the verdict back', 'case', 'Verdicts'),
  action('note.write', ['o'], 'Write a note on the edit', 'case', 'Verdicts'),
  action('note.record', ['Enter'], 'Record the note with the verdict', 'note', 'In the note'),
  action('note.leave', ['Escape'], 'Leave the note, not recorded yet', 'note', 'In the note'),
  action('category.1', ['1', 'a'], 'False finding', 'verdict-category', 'Off-target: category'),
  action('category.2', ['2', 'b'], 'Missing finding', 'verdict-category', 'Off-target: category'),
  action('category.3', ['3', 'c'], 'Wrong location', 'verdict-category', 'Off-target: category'),
  action('category.4', ['4', 'd'], 'Wrong severity', 'verdict-category', 'Off-target: category'),
  action('category.5', ['5', 'e'], 'Comparison invented', 'verdict-category', 'Off-target: category'),
  action('category.6', ['6', 'f'], 'Comparison omitted', 'verdict-category', 'Off-target: category'),
  action('draft.save', ['Enter'], 'Save without the rest', 'verdict-category', 'Off-target: category'),
  action('draft.drop', ['Escape'], 'Drop this verdict', 'verdict-category', 'Off-target: category'),
  action(
    'significance.significant',
    ['s'],
    'Clinically significant',
    'verdict-significance',
    'Off-target: significance',
  ),
  action(
    'significance.insignificant',
    ['i'],
    'Clinically insignificant',
    'verdict-significance',
    'Off-target: significance',
  ),
  action(
    'draft.save-unweighed',
    ['Enter'],
    'Save without significance',
    'verdict-significance',
    'Off-target: significance',
  ),
  action('draft.drop-unweighed', ['Escape'], 'Drop this verdict', 'verdict-significance', 'Off-target: significance'),
] as const satisfies readonly KeyAction[]

export type ActionId = string

/** Keys that the reader gave to actions in place of the table's. */
const ownKeys = shallowRef<Readonly<Record<ActionId, readonly string[]>>>({})

export function setOwnKeys(keys: Readonly<Record<ActionId, readonly string[]>>): void {
  ownKeys.value = keys
}

/** The keys of an action: the reader's, else the table's. */
export function keysOf(id: ActionId): readonly string[] {
  return ownKeys.value[id] ?? actionOf(id).keys
}

/** The action that a combination already means where `id` would be given it, or null. */
export function clashOf(id: ActionId, combination: string): KeyAction | null {
  const { scope } = actionOf(id)
  const taken = (other: KeyAction): boolean => other.scope === scope && keysOf(other.id).includes(combination)
  return KEYMAP.find((other) => other.id !== id && taken(other)) ?? null
}

/** What a key is called in a tooltip: `Shift+N` stays, a letter becomes a capital, arrows become arrows. */
export function keyName(combination: string): string {
  const names: Record<string, string> = {
    ArrowUp: '↑',
    ArrowDown: '↓',
    ArrowLeft: '←',
    ArrowRight: '→',
    Escape: 'Esc',
    Space: 'Space',
    Enter: 'Enter',
    Backspace: 'Backspace',
    '-': '−',
  }
  return combination
    .split(/(?<!^)\+(?=.)/)
    .map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join('+')
}

/** The action of an id. Throws when the table has none: a misspelt id is a defect. */
export function actionOf(id: ActionId): KeyAction {
  const found = KEYMAP.find((entry) => entry.id === id)
  if (found === undefined) throw new RangeError(`The keymap has no action "${id}".`)
  return found
}

/** Label and key of an action as a tooltip shows them: `Invert (I)`. */
export function tooltipOf(id: ActionId): string {
  return `${actionOf(id).label} (${keysOf(id).map(keyName).join(', ')})`
}

/** The first key of an action, for a key cap on a button. */
export function firstKey(id: ActionId): string {
  return keyName(keysOf(id)[0] ?? '').replace('Shift+', '⇧')
}
