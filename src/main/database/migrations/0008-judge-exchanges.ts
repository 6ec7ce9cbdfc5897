import type { Migration } from './migration.ts'

/**
 * Every question put to a language-model judge and what came back, word for word: append-only, answered or not. A
 * failure says its kind; `parsed` is what a strict reading took from an answer. `attempt` 2 is the one retry.
 */
export const judgeExchanges: Migration = {
  version: 8,
  name: 'judge exchanges',
  sql: `
    CREATE TABLE judge_exchange (
      id            INTEGER PRIMARY KEY,
      comparison_id TEXT NOT NULL REFERENCES comparison (id),
      task          TEXT NOT NULL CHECK (task IN ('edits', 'concept', 'fluency')),
      attempt       INTEGER NOT NULL CHECK (attempt IN (1, 2)),
      endpoint      TEXT NOT NULL,
      model         TEXT NOT NULL,
      request       TEXT NOT NULL CHECK (json_valid(request)),
      status        INTEGER,
      reply         TEXT,
      failure       TEXT,
      parsed        TEXT CHECK (parsed IS NULL OR json_valid(parsed)),
      sent_at       TEXT NOT NULL,
      finished_at   TEXT NOT NULL,
      audit_seq     INTEGER NOT NULL UNIQUE REFERENCES audit (seq),
      CHECK ((failure IS NULL) = (parsed IS NOT NULL))
    ) STRICT;
    CREATE INDEX judge_exchange_by_comparison ON judge_exchange (comparison_id, id);
    CREATE TRIGGER judge_exchange_refuses_update BEFORE UPDATE ON judge_exchange
      BEGIN SELECT RAISE(ABORT, 'Judge exchanges are append-only.'); END;
    CREATE TRIGGER judge_exchange_refuses_delete BEFORE DELETE ON judge_exchange
      BEGIN SELECT RAISE(ABORT, 'Judge exchanges are append-only.'); END;
    CREATE TRIGGER judge_exchange_refuses_replace BEFORE INSERT ON judge_exchange
      WHEN EXISTS (SELECT 1 FROM judge_exchange WHERE id = NEW.id OR audit_seq = NEW.audit_seq)
      BEGIN SELECT RAISE(ABORT, 'Judge exchanges are append-only.'); END;
  `,
}
