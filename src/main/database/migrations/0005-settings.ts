import type { Migration } from './migration.ts'

/** The workspace's settings, and its jobs: long work that a crash may interrupt. */
export const settings: Migration = {
  version: 5,
  name: 'settings',
  sql: `
    CREATE TABLE setting (
      key   TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT;

    CREATE TABLE job (
      id         INTEGER PRIMARY KEY,
      kind       TEXT NOT NULL CHECK (kind IN ('import', 'demo')),
      state      TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
      done       INTEGER NOT NULL,
      total      INTEGER NOT NULL,
      note       TEXT NOT NULL,
      started_at TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
  `,
}
