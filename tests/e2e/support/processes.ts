import type { ElectronApplication } from '@playwright/test'

/** The process id of one of the app's own utility processes, `dicom` or `compute`, while it runs. */
export function pidOf(app: ElectronApplication, name: string): Promise<number | undefined> {
  return app.evaluate(
    ({ app }, name) => app.getAppMetrics().find((metric) => metric.type === 'Utility' && metric.name === name)?.pid,
    `Hilum ${name}`,
  )
}
