import type { InstanceHeader } from './instanceHeader.ts'

/** What Hilum writes into the films it draws, and knows them by. */
export const PHANTOM_MANUFACTURER = 'Hilum'
export const PHANTOM_COMMENT = 'Synthetic phantom. Not a patient.'

/** True for films drawn by Hilum's own phantom generator. */
export function isPhantom({ manufacturer, comments }: Pick<InstanceHeader, 'manufacturer' | 'comments'>): boolean {
  return manufacturer === PHANTOM_MANUFACTURER && comments.startsWith(PHANTOM_COMMENT)
}
