import type { Migration } from './migration.ts'

/** Adding a model is a job too. What kinds there are is for the program to know; old rows stay as they are. */
export const modelJobs: Migration = {
  version: 9,
  name: 'model jobs',
  sql: `
    CREATE TABLE job_of_any_kind (
      id         INTEGER PRIMARY KEY,
      kind       TEXT NOT NULL CHECK (kind <> ''),
      state      TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
      done       INTEGER NOT NULL,
      total      INTEGER NOT NULL,
      note       TEXT NOT NULL,
      started_at TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
    INSERT INTO job_of_any_kind SELECT id, kind, state, done, total, note, started_at, updated_at FROM job;
    DROP TABLE job;
    ALTER TABLE job_of_any_kind RENAME TO job;
  `,
}
