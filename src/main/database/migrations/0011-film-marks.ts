import type { Migration } from './migration.ts'

/**
 * What readers leave on films: measurements of a case, how a film or a case was last looked at, and a film's view where
 * a reader corrected it (`view_stated` then holds what the file said).
 */
export const filmMarks: Migration = {
  version: 11,
  name: 'film marks',
  sql: `
    CREATE TABLE measurement (
      id         TEXT PRIMARY KEY,
      case_id    TEXT NOT NULL REFERENCES "case" (id),
      film_hash  TEXT NOT NULL REFERENCES film (hash),
      body       TEXT NOT NULL CHECK (json_valid(body)),
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX measurement_by_case ON measurement (case_id, created_at);

    CREATE TABLE look (
      subject TEXT PRIMARY KEY,
      body    TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT;

    ALTER TABLE film ADD COLUMN view_stated TEXT CHECK (view_stated IN ('frontal', 'lateral', 'unknown'));
  `,
}
