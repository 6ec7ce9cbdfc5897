/** One step of the schema. Versions count from 1 without gaps; a step that was released is never changed. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}
