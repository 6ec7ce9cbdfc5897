import type { Migration } from './migration.ts'

/** Cases: which films of which studies are read together. Their status follows from what was kept for them. */
export const cases: Migration = {
  version: 2,
  name: 'cases',
  sql: `
    CREATE TABLE "case" (
      id              TEXT PRIMARY KEY,
      study_uid       TEXT NOT NULL UNIQUE REFERENCES study (uid),
      frontal_hash    TEXT NOT NULL REFERENCES film (hash),
      lateral_hash    TEXT REFERENCES film (hash),
      prior_study_uid TEXT REFERENCES study (uid),
      prior_hash      TEXT REFERENCES film (hash),
      CHECK ((prior_study_uid IS NULL) = (prior_hash IS NULL))
    ) STRICT;
  `,
}
