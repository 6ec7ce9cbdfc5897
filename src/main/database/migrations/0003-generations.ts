import type { Migration } from './migration.ts'

/**
 * Generations, comparisons and edits. What a verdict rests on never changes: the triggers refuse it, since a verdict
 * on an edit that was altered later would be a verdict on something the reader never saw.
 */
export const generations: Migration = {
  version: 3,
  name: 'generations',
  sql: `
    CREATE TABLE generation (
      id              TEXT PRIMARY KEY,
      key             TEXT NOT NULL UNIQUE CHECK (length(key) = 64),
      case_id         TEXT NOT NULL REFERENCES "case" (id),
      mode            TEXT NOT NULL CHECK (mode IN ('findings', 'grounded', 'phrase')),
      phrase          TEXT,
      baseline        INTEGER NOT NULL CHECK (baseline IN (0, 1)),
      model_hash      TEXT NOT NULL,
      dictionary_hash TEXT NOT NULL,
      text            TEXT NOT NULL,
      body            TEXT NOT NULL CHECK (json_valid(body)),
      findings        TEXT NOT NULL CHECK (json_valid(findings)),
      created_at      TEXT NOT NULL
    ) STRICT;
    CREATE INDEX generation_by_case ON generation (case_id, created_at);

    CREATE TABLE comparison (
      id          TEXT PRIMARY KEY,
      case_id     TEXT NOT NULL REFERENCES "case" (id),
      baseline_id TEXT NOT NULL REFERENCES generation (id),
      steered_id  TEXT NOT NULL REFERENCES generation (id),
      created_at  TEXT NOT NULL,
      UNIQUE (baseline_id, steered_id)
    ) STRICT;
    CREATE INDEX comparison_by_case ON comparison (case_id, created_at);

    CREATE TABLE edit (
      id            TEXT PRIMARY KEY,
      comparison_id TEXT NOT NULL REFERENCES comparison (id),
      position      INTEGER NOT NULL CHECK (position >= 0),
      body          TEXT NOT NULL CHECK (json_valid(body)),
      UNIQUE (comparison_id, position)
    ) STRICT;

    CREATE TRIGGER generation_is_kept BEFORE UPDATE ON generation
      BEGIN SELECT RAISE(ABORT, 'A kept generation never changes.'); END;
    CREATE TRIGGER comparison_is_kept BEFORE UPDATE ON comparison
      BEGIN SELECT RAISE(ABORT, 'A kept comparison never changes.'); END;
    CREATE TRIGGER edit_is_kept BEFORE UPDATE ON edit
      BEGIN SELECT RAISE(ABORT, 'A kept edit never changes.'); END;
  `,
}
