import type { Migration } from './migration.ts'

/** Patients, studies, series and films: what was imported or drawn. */
export const studies: Migration = {
  version: 1,
  name: 'studies',
  sql: `
    CREATE TABLE patient (
      key        TEXT PRIMARY KEY,
      id         TEXT NOT NULL,
      name       TEXT NOT NULL,
      birth_date TEXT,
      sex        TEXT
    ) STRICT;

    CREATE TABLE study (
      uid         TEXT PRIMARY KEY,
      patient_key TEXT NOT NULL REFERENCES patient (key),
      date        TEXT,
      time        TEXT,
      description TEXT NOT NULL,
      accession   TEXT NOT NULL,
      report      TEXT,
      indication  TEXT,
      technique   TEXT,
      comparison  TEXT
    ) STRICT;
    CREATE INDEX study_by_patient ON study (patient_key, date, time);

    CREATE TABLE series (
      study_uid   TEXT NOT NULL REFERENCES study (uid),
      uid         TEXT NOT NULL,
      modality    TEXT NOT NULL,
      description TEXT NOT NULL,
      PRIMARY KEY (study_uid, uid)
    ) STRICT;

    CREATE TABLE film (
      hash             TEXT PRIMARY KEY CHECK (length(hash) = 64),
      sop_instance_uid TEXT NOT NULL UNIQUE,
      study_uid        TEXT NOT NULL REFERENCES study (uid),
      series_uid       TEXT NOT NULL,
      modality         TEXT NOT NULL,
      view             TEXT NOT NULL CHECK (view IN ('frontal', 'lateral', 'unknown')),
      view_position    TEXT NOT NULL,
      columns          INTEGER NOT NULL CHECK (columns > 0),
      rows             INTEGER NOT NULL CHECK (rows > 0),
      bytes            INTEGER NOT NULL,
      source           TEXT NOT NULL CHECK (source IN ('dicom', 'picture')),
      phantom          INTEGER NOT NULL CHECK (phantom IN (0, 1)),
      imported_at      TEXT NOT NULL,
      FOREIGN KEY (study_uid, series_uid) REFERENCES series (study_uid, uid)
    ) STRICT;
    CREATE INDEX film_by_study ON film (study_uid);
  `,
}
