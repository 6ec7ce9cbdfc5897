import type { Migration } from './migration.ts'

/**
 * What off-target edits are explained with: corpora of reports as counts, and the readers' own targets of features.
 * A corpus keeps no text. `corpus_report` knows each report by the SHA-256 of its text, so that none counts twice;
 * `corpus_count` says how many reports state exactly one set of terms (sorted, apart by spaces), from which every
 * co-occurrence follows. A target row that is null takes the reader's own target back.
 */
export const corpora: Migration = {
  version: 7,
  name: 'corpora',
  sql: `
    CREATE TABLE corpus (
      id         TEXT PRIMARY KEY,
      name       TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
      phantom    INTEGER NOT NULL CHECK (phantom IN (0, 1)),
      extractor  TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE corpus_report (
      corpus_id TEXT NOT NULL REFERENCES corpus (id),
      hash      TEXT NOT NULL CHECK (length(hash) = 64),
      PRIMARY KEY (corpus_id, hash)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE corpus_count (
      corpus_id TEXT NOT NULL REFERENCES corpus (id),
      terms     TEXT NOT NULL,
      reports   INTEGER NOT NULL CHECK (reports > 0),
      PRIMARY KEY (corpus_id, terms)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE target (
      id              INTEGER PRIMARY KEY,
      dictionary_hash TEXT NOT NULL,
      feature         INTEGER NOT NULL CHECK (feature >= 0),
      body            TEXT CHECK (body IS NULL OR json_valid(body)),
      reader          TEXT NOT NULL CHECK (length(reader) > 0),
      created_at      TEXT NOT NULL,
      audit_seq       INTEGER NOT NULL UNIQUE REFERENCES audit (seq)
    ) STRICT;
    CREATE INDEX target_by_feature ON target (dictionary_hash, feature, id);
    CREATE TRIGGER target_refuses_update BEFORE UPDATE ON target
      BEGIN SELECT RAISE(ABORT, 'Targets are append-only.'); END;
    CREATE TRIGGER target_refuses_delete BEFORE DELETE ON target
      BEGIN SELECT RAISE(ABORT, 'Targets are append-only.'); END;
    CREATE TRIGGER target_refuses_replace BEFORE INSERT ON target
      WHEN EXISTS (SELECT 1 FROM target WHERE id = NEW.id OR audit_seq = NEW.audit_seq)
      BEGIN SELECT RAISE(ABORT, 'Targets are append-only.'); END;

    ALTER TABLE verdict ADD COLUMN correlation TEXT CHECK (correlation IS NULL OR json_valid(correlation));
  `,
}
