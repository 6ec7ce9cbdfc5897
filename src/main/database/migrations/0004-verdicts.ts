import type { Migration } from './migration.ts'

/**
 * Verdicts and the audit: append-only. The insert triggers are there because INSERT OR REPLACE removes the old row
 * without asking the delete trigger (unless recursive_triggers is on, which another program need not have).
 */
export const verdicts: Migration = {
  version: 4,
  name: 'verdicts',
  sql: `
    CREATE TABLE audit (
      seq      INTEGER PRIMARY KEY,
      at       TEXT NOT NULL,
      actor    TEXT NOT NULL,
      action   TEXT NOT NULL,
      subject  TEXT NOT NULL,
      detail   TEXT NOT NULL CHECK (json_valid(detail)),
      previous TEXT NOT NULL CHECK (length(previous) = 64),
      hash     TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
    ) STRICT;

    CREATE TABLE verdict (
      id           INTEGER PRIMARY KEY,
      edit_id      TEXT NOT NULL REFERENCES edit (id),
      judge_kind   TEXT NOT NULL CHECK (judge_kind IN ('rules', 'model', 'reader')),
      judge_name   TEXT NOT NULL CHECK (length(judge_name) > 0),
      value        TEXT CHECK (value IN ('on-target', 'off-target', 'neutral')),
      category     TEXT,
      significance TEXT,
      note         TEXT NOT NULL,
      reason       TEXT NOT NULL,
      created_at   TEXT NOT NULL,
      audit_seq    INTEGER NOT NULL UNIQUE REFERENCES audit (seq),
      CHECK (value IS 'off-target' OR (category IS NULL AND significance IS NULL))
    ) STRICT;
    CREATE INDEX verdict_by_edit ON verdict (edit_id, id);

    CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit
      BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END;
    CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit
      BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END;
    CREATE TRIGGER audit_refuses_replace BEFORE INSERT ON audit
      WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq OR hash = NEW.hash)
      BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END;

    CREATE TRIGGER verdict_refuses_update BEFORE UPDATE ON verdict
      BEGIN SELECT RAISE(ABORT, 'Verdicts are append-only.'); END;
    CREATE TRIGGER verdict_refuses_delete BEFORE DELETE ON verdict
      BEGIN SELECT RAISE(ABORT, 'Verdicts are append-only.'); END;
    CREATE TRIGGER verdict_refuses_replace BEFORE INSERT ON verdict
      WHEN EXISTS (SELECT 1 FROM verdict WHERE id = NEW.id OR audit_seq = NEW.audit_seq)
      BEGIN SELECT RAISE(ABORT, 'Verdicts are append-only.'); END;
  `,
}
