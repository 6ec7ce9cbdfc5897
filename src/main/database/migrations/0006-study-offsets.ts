import type { Migration } from './migration.ts'

/**
 * Pictures have no date: their names at most order them. Until now that order was kept as days from 2000-01-01, which
 * looked like a date; here it becomes what it is.
 */
export const studyOffsets: Migration = {
  version: 6,
  name: 'study offsets',
  sql: `
    ALTER TABLE study ADD COLUMN offset_count INTEGER;
    ALTER TABLE study ADD COLUMN offset_unit TEXT
      CHECK (offset_unit IN ('day', 'follow-up') AND offset_count IS NOT NULL OR offset_unit IS NULL AND offset_count IS NULL);
    UPDATE study SET
      offset_count = CAST(julianday(date) - julianday('2000-01-01') AS INTEGER),
      offset_unit = CASE WHEN description LIKE '%, follow-up %' THEN 'follow-up' ELSE 'day' END,
      description = 'Picture of a chest film',
      date = NULL
    WHERE description LIKE 'Picture of a chest film, % (real date unknown)'
      AND uid IN (SELECT study_uid FROM film WHERE source = 'picture');
  `,
}
