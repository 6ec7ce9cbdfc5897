import { z } from 'zod'

/** What a mouse button or the wheel does on a film. */
export const DRAG_TOOLS = ['window', 'pan', 'zoom', 'none'] as const
export const WHEEL_TOOLS = ['zoom', 'window', 'none'] as const

/** Which button does what: data that the reader edits in the settings. */
export const MouseMap = z.object({
  left: z.enum(DRAG_TOOLS).catch('window'),
  middle: z.enum(DRAG_TOOLS).catch('pan'),
  right: z.enum(DRAG_TOOLS).catch('zoom'),
  wheel: z.enum(WHEEL_TOOLS).catch('zoom'),
})
export type MouseMap = z.infer<typeof MouseMap>
export type DragTool = (typeof DRAG_TOOLS)[number]

export const DEFAULT_MOUSE: MouseMap = { left: 'window', middle: 'pan', right: 'zoom', wheel: 'zoom' }

export const TOOL_WORDS: Readonly<Record<DragTool, string>> = {
  window: 'Window and level', pan: 'Pan', zoom: 'Zoom', none: 'Nothing',
}

/** The tool of a button as PointerEvent numbers it, or null for other buttons and those that do nothing. */
export function toolOfButton(map: MouseMap, button: number): Exclude<DragTool, 'none'> | null {
  const tool = [map.left, map.middle, map.right][button]
  return tool === undefined || tool === 'none' ? null : tool
}

/** How large a step is, in units of a plain one: Shift makes it fine, Ctrl coarse. */
export function paceOf(event: { readonly shiftKey: boolean; readonly ctrlKey: boolean }): number {
  return event.shiftKey ? 1 / 8 : event.ctrlKey ? 4 : 1
}
