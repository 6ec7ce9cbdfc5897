import { shallowRef, type Ref } from 'vue'
import { useFilms } from '../stores/films.ts'
import { useMeasurements } from '../stores/measurements.ts'
import { usePreferences } from '../stores/preferences.ts'
import type { Slot } from './hanging.ts'
import { paceOf, toolOfButton, type DragTool } from './mouseTools.ts'
import { orientedSize } from './orientation.ts'
import { stageToFilm, type Stage } from './stage.ts'
import { panBy, zoomAt, type Point } from './viewState.ts'

/** Canvas pixels that a pointer may tremble by and still click. */
const CLICK = 4

/** The mouse on a film: window, pan and zoom by button and wheel, or the measuring tool in the hand. */
export function useFilmMouse(
  place: () => Slot, hash: () => string | null, stage: Ref<Stage>, frame: Ref<HTMLElement | null>,
) {
  const films = useFilms()
  const measurements = useMeasurements()
  const preferences = usePreferences()
  /** Where the pointer is over the film, for what follows it. */
  const pointer = shallowRef<Point | null>(null)
  let tool: Exclude<DragTool, 'none'> | 'measure' | null = null
  let last: Point = { x: 0, y: 0 }
  let pressed: Point = { x: 0, y: 0 }
  let moved = false

  function pointIn(event: MouseEvent): Point {
    const box = frame.value?.getBoundingClientRect()
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
  }

  function down(event: PointerEvent): void {
    const film = hash()
    if (film === null) return
    const measuring = event.button === 0 && measurements.tool !== null
    tool = measuring ? 'measure' : toolOfButton(preferences.values.mouse, event.button)
    pressed = last = pointIn(event)
    moved = false
    if (measuring) measurements.place(film, stageToFilm(stage.value, pressed))
    if (event.button === 1) event.preventDefault()
  }

  function move(event: PointerEvent): void {
    const film = hash()
    if (film === null) return
    const at = pointIn(event)
    pointer.value = at
    if (measurements.tool !== null) measurements.point(film, stageToFilm(stage.value, at))
    if (tool === null) return
    if (!moved && Math.hypot(at.x - pressed.x, at.y - pressed.y) < CLICK) return
    // Held from here on: what is only clicked still gets its click.
    if (!moved) frame.value?.setPointerCapture(event.pointerId)
    moved = true
    const by = { x: at.x - last.x, y: at.y - last.y }
    last = at
    if (tool !== 'measure') turn(tool, by, paceOf(event))
  }

  function turn(which: Exclude<DragTool, 'none'>, by: Point, pace: number): void {
    const { canvas, view, film, orientation } = stage.value
    const oriented = orientedSize(film, orientation)
    if (which === 'window') films.drag(place(), by, canvas.height, pace)
    else if (which === 'pan') films.setView(place(), panBy(view, oriented, canvas, by))
    else {
      const middle = { x: canvas.width / 2, y: canvas.height / 2 }
      films.setView(place(), zoomAt(view, oriented, canvas, middle, Math.exp((-by.y / 150) * pace)))
    }
  }

  function up(event: PointerEvent): void {
    const film = hash()
    // A line is drawn by dragging as well as by two clicks.
    if (tool === 'measure' && moved && film !== null) measurements.place(film, stageToFilm(stage.value, pointIn(event)))
    tool = null
    if (frame.value?.hasPointerCapture(event.pointerId) === true) frame.value.releasePointerCapture(event.pointerId)
  }

  function wheel(event: WheelEvent): void {
    const which = preferences.values.mouse.wheel
    if (hash() === null || which === 'none') return
    const pace = paceOf(event)
    if (which === 'window') return turn('window', { x: 0, y: event.deltaY / 8 }, pace)
    const { canvas, view, film, orientation } = stage.value
    const factor = Math.exp((-event.deltaY / 600) * pace)
    films.setView(place(), zoomAt(view, orientedSize(film, orientation), canvas, pointIn(event), factor))
  }

  function leave(): void {
    pointer.value = null
  }

  return { pointer, leave, down, move, up, wheel }
}
