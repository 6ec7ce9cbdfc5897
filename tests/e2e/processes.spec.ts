import { expect, test } from '@playwright/test'
import { launchHilum } from './support/launchHilum.ts'
import type { Launched } from './support/launchHilum.ts'
import { pidOf } from './support/processes.ts'
import { callPort, isPortClosed, openPort } from './support/rpc.ts'

/** The page talks to the utility processes over ports of its own; a process that dies takes nothing else with it. */
let hilum: Launched

test.beforeAll(async () => {
  hilum = await launchHilum()
})
test.afterAll(async () => {
  await hilum.close()
})

for (const service of ['dicom', 'compute'] as const) {
  test(`the ${service} process answers the page, dies, and is there again`, async () => {
    test.slow() // opening the model comes before the first answer
    expect(await openPort(hilum.page, service)).toBe(true)
    const answer = { kind: 'error', error: { kind: 'unsupported' } }
    expect(await callPort(hilum.page, service, 'no.such')).toMatchObject(answer)
    const pid = await pidOf(hilum.app, service)
    expect(pid).toBeGreaterThan(0)

    process.kill(pid!, 'SIGKILL')
    await expect.poll(() => isPortClosed(hilum.page, service)).toBe(true)
    await expect.poll(() => hilum.log()).toContain(`utility ${service} ${pid}] is gone: killed`)

    expect(await openPort(hilum.page, service)).toBe(true)
    expect(await callPort(hilum.page, service, 'no.such')).toMatchObject(answer)
    expect(await pidOf(hilum.app, service)).not.toBe(pid)
    expect(await hilum.page.evaluate(() => document.title)).toBe('Hilum') // the window stayed
  })
}
