import type { Migration } from './migration.ts'

/** A case asks whether a review set has it whenever it is opened, and whenever its patient's studies are filed. */
export const reviewItemsByCase: Migration = {
  version: 12,
  name: 'review items by case',
  sql: 'CREATE INDEX review_item_by_case ON review_item (case_id);',
}
