import type { Migration } from './migration.ts'

/** Refuses to change or remove a row; the insert trigger is there because INSERT OR REPLACE asks no delete trigger. */
const appendOnly = (table: string, key: string, sentence: string): string => `
    CREATE TRIGGER ${table}_refuses_update BEFORE UPDATE ON ${table}
      BEGIN SELECT RAISE(ABORT, '${sentence}'); END;
    CREATE TRIGGER ${table}_refuses_delete BEFORE DELETE ON ${table}
      BEGIN SELECT RAISE(ABORT, '${sentence}'); END;
    CREATE TRIGGER ${table}_refuses_replace BEFORE INSERT ON ${table}
      WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${key})
      BEGIN SELECT RAISE(ABORT, '${sentence}'); END;
`

/**
 * Readers, review sets and answers. A plan, an item, what was generated for it, who reads what in which order, and an
 * answer never change: the evidence rests on them. Jobs can pause, and name what they work on.
 */
export const reviewSets: Migration = {
  version: 10,
  name: 'review sets',
  sql: `
    CREATE TABLE reader (
      id         TEXT PRIMARY KEY,
      name       TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(name) > 0),
      created_at TEXT NOT NULL,
      audit_seq  INTEGER NOT NULL UNIQUE REFERENCES audit (seq)
    ) STRICT;

    CREATE TABLE reader_pin (
      id         INTEGER PRIMARY KEY,
      reader_id  TEXT NOT NULL REFERENCES reader (id),
      salt       TEXT NOT NULL,
      hash       TEXT NOT NULL,
      created_at TEXT NOT NULL,
      audit_seq  INTEGER NOT NULL UNIQUE REFERENCES audit (seq)
    ) STRICT;
    CREATE INDEX reader_pin_by_reader ON reader_pin (reader_id, id);

    CREATE TABLE review_set (
      id         TEXT PRIMARY KEY,
      name       TEXT NOT NULL UNIQUE COLLATE NOCASE,
      task       TEXT NOT NULL CHECK (task IN ('edits', 'preference', 'interpretation', 'detection')),
      plan       TEXT NOT NULL CHECK (json_valid(plan)),
      created_at TEXT NOT NULL,
      audit_seq  INTEGER NOT NULL UNIQUE REFERENCES audit (seq)
    ) STRICT;

    CREATE TABLE review_item (
      id           TEXT PRIMARY KEY,
      set_id       TEXT NOT NULL REFERENCES review_set (id),
      number       INTEGER NOT NULL CHECK (number > 0),
      case_id      TEXT REFERENCES "case" (id),
      feature      INTEGER NOT NULL,
      strength     REAL,
      method       TEXT,
      positions    TEXT,
      control      TEXT CHECK (control IN ('baseline', 'random', 'orthogonal')),
      intervention TEXT CHECK (intervention IS NULL OR json_valid(intervention)),
      UNIQUE (set_id, number)
    ) STRICT;

    CREATE TABLE review_outcome (
      item_id       TEXT PRIMARY KEY REFERENCES review_item (id),
      baseline_id   TEXT REFERENCES generation (id),
      comparison_id TEXT REFERENCES comparison (id),
      body          TEXT CHECK (body IS NULL OR json_valid(body)),
      created_at    TEXT NOT NULL
    ) STRICT;
    CREATE INDEX review_outcome_by_comparison ON review_outcome (comparison_id);

    CREATE TABLE review_freeze (
      set_id       TEXT PRIMARY KEY REFERENCES review_set (id),
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      frozen_at    TEXT NOT NULL,
      audit_seq    INTEGER NOT NULL UNIQUE REFERENCES audit (seq)
    ) STRICT;

    CREATE TABLE review_assignment (
      set_id     TEXT NOT NULL REFERENCES review_set (id),
      reader     TEXT NOT NULL COLLATE NOCASE,
      arm        INTEGER NOT NULL CHECK (arm >= 0),
      position   INTEGER NOT NULL CHECK (position >= 0),
      item_id    TEXT NOT NULL REFERENCES review_item (id),
      occurrence INTEGER NOT NULL CHECK (occurrence IN (1, 2)),
      swapped    INTEGER NOT NULL CHECK (swapped IN (0, 1)),
      PRIMARY KEY (set_id, reader, arm, position),
      UNIQUE (item_id, reader, occurrence)
    ) STRICT;

    CREATE TABLE answer (
      id           INTEGER PRIMARY KEY,
      set_id       TEXT NOT NULL REFERENCES review_set (id),
      item_id      TEXT NOT NULL REFERENCES review_item (id),
      reader_id    TEXT NOT NULL REFERENCES reader (id),
      occurrence   INTEGER NOT NULL CHECK (occurrence IN (1, 2)),
      swapped      INTEGER NOT NULL CHECK (swapped IN (0, 1)),
      body         TEXT NOT NULL CHECK (json_valid(body)),
      shown_at     TEXT NOT NULL,
      submitted_at TEXT NOT NULL,
      seconds      REAL NOT NULL CHECK (seconds >= 0),
      audit_seq    INTEGER NOT NULL UNIQUE REFERENCES audit (seq),
      UNIQUE (item_id, reader_id, occurrence)
    ) STRICT;
    CREATE INDEX answer_by_set ON answer (set_id, reader_id);

    CREATE TABLE answer_verdict (
      answer_id    INTEGER NOT NULL REFERENCES answer (id),
      edit_id      TEXT NOT NULL REFERENCES edit (id),
      value        TEXT NOT NULL CHECK (value IN ('on-target', 'off-target', 'neutral')),
      category     TEXT,
      significance TEXT,
      PRIMARY KEY (answer_id, edit_id),
      CHECK (value = 'off-target' OR (category IS NULL AND significance IS NULL))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE review_unblinding (
      id         INTEGER PRIMARY KEY,
      set_id     TEXT NOT NULL REFERENCES review_set (id),
      who        TEXT NOT NULL,
      reason     TEXT NOT NULL CHECK (length(reason) > 0),
      created_at TEXT NOT NULL,
      audit_seq  INTEGER NOT NULL UNIQUE REFERENCES audit (seq)
    ) STRICT;
    CREATE INDEX review_unblinding_by_set ON review_unblinding (set_id);
${[
  appendOnly('reader', 'id = NEW.id OR name = NEW.name', 'A reader stays as entered.'),
  appendOnly('reader_pin', 'id = NEW.id', 'A PIN is replaced by a new row.'),
  appendOnly('review_set', 'id = NEW.id OR name = NEW.name', 'A review set never changes.'),
  appendOnly('review_item', 'id = NEW.id OR (set_id = NEW.set_id AND number = NEW.number)', 'A review set never changes.'),
  appendOnly('review_outcome', 'item_id = NEW.item_id', 'What a reader judges never changes.'),
  appendOnly('review_freeze', 'set_id = NEW.set_id', 'A frozen set stays frozen.'),
  appendOnly(
    'review_assignment',
    '(set_id = NEW.set_id AND reader = NEW.reader AND arm = NEW.arm AND position = NEW.position)'
      + ' OR (item_id = NEW.item_id AND reader = NEW.reader AND occurrence = NEW.occurrence)',
    'The order of reading never changes.',
  ),
  appendOnly(
    'answer',
    'id = NEW.id OR (item_id = NEW.item_id AND reader_id = NEW.reader_id AND occurrence = NEW.occurrence)',
    'A submitted answer is locked.',
  ),
  appendOnly('answer_verdict', 'answer_id = NEW.answer_id AND edit_id = NEW.edit_id', 'A submitted answer is locked.'),
  appendOnly('review_unblinding', 'id = NEW.id', 'Unblinding cannot be undone.'),
].join('')}
    CREATE TRIGGER review_item_follows_plan BEFORE INSERT ON review_item
      WHEN EXISTS (SELECT 1 FROM review_freeze WHERE set_id = NEW.set_id)
      BEGIN SELECT RAISE(ABORT, 'A frozen set stays frozen.'); END;
    CREATE TRIGGER answer_follows_freeze BEFORE INSERT ON answer
      WHEN NOT EXISTS (SELECT 1 FROM review_freeze WHERE set_id = NEW.set_id)
      BEGIN SELECT RAISE(ABORT, 'A set is answered after it was frozen.'); END;

    CREATE TABLE job_with_subject (
      id         INTEGER PRIMARY KEY,
      kind       TEXT NOT NULL CHECK (length(kind) > 0),
      subject    TEXT,
      state      TEXT NOT NULL CHECK (state IN ('running', 'paused', 'done', 'failed', 'cancelled', 'interrupted')),
      done       INTEGER NOT NULL,
      total      INTEGER NOT NULL,
      note       TEXT NOT NULL,
      started_at TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
    INSERT INTO job_with_subject (id, kind, state, done, total, note, started_at, updated_at)
      SELECT id, kind, state, done, total, note, started_at, updated_at FROM job;
    DROP TABLE job;
    ALTER TABLE job_with_subject RENAME TO job;
    CREATE INDEX job_by_subject ON job (kind, subject, id);
  `,
}
