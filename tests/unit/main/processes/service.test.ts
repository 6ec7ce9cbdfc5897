import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { forkProcess } from '../../../../src/main/processes/forkedProcess.ts'
import { createService } from '../../../../src/main/processes/service.ts'
import type { Service } from '../../../../src/main/processes/service.ts'
import { childEnvironment } from '../../../../src/main/processes/serviceProcess.ts'
import type { ProcessExit } from '../../../../src/main/processes/serviceProcess.ts'
import { HilumError } from '../../../../src/shared/errors.ts'
import { echoContract } from './echoContract.ts'

const ENTRY = join(import.meta.dirname, 'echoProcess.ts')
const pixels = new Uint8Array([1, 2, 3])

const services: Service<typeof echoContract>[] = []

function echoService(entry = ENTRY): Service<typeof echoContract> {
  const service = createService({
    name: 'echo',
    contract: echoContract,
    start: () => forkProcess('echo', entry),
  })
  services.push(service)
  return service
}

const nextFailure = (service: Service<typeof echoContract>): Promise<ProcessExit> =>
  new Promise((resolve) => service.onFailure(resolve))

vi.mock('../../../../src/main/log.ts', () => ({ log: () => undefined }))

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()))
})

describe('a service in its own process', () => {
  it('starts at the first call, once for all that call together, and keeps running', async () => {
    const service = echoService()
    const [first, second] = await Promise.all([1, 2].map(() => service.call('echo.say', { pixels })))
    const third = await service.call('echo.say', { pixels })
    expect(first?.pixels).toEqual(pixels)
    expect(first?.pid).not.toBe(process.pid)
    expect([second?.pid, third.pid]).toEqual([first?.pid, first?.pid])
  })

  it('is prepared before anybody else is answered, and again after it was started anew', async () => {
    const service = echoService()
    const prepared: number[] = []
    service.prepareWith(async (client) => {
      const { pid } = await client.call('echo.say', { pixels })
      prepared.push(pid)
    })
    const { pid } = await service.call('echo.say', { pixels })
    expect(prepared).toEqual([pid])
    const failure = nextFailure(service)
    process.kill(pid, 'SIGKILL')
    await failure
    const again = await service.call('echo.say', { pixels })
    expect(prepared).toEqual([pid, again.pid])
  })

  it('fails the calls that could not be prepared with the reason, and tries again in the same process', async () => {
    const service = echoService()
    const prepared: number[] = []
    let broken = true
    service.prepareWith(async (client) => {
      prepared.push((await client.call('echo.say', { pixels })).pid)
      if (broken) throw new HilumError('not-found', 'There is no model.')
    })
    const missing = { kind: 'not-found', message: 'There is no model.' }
    const together = [service.call('echo.say', { pixels }), service.call('echo.say', { pixels }), service.process()]
    for (const call of together) await expect(call).rejects.toMatchObject(missing)
    expect(prepared.length).toBe(1)
    await expect(service.process()).rejects.toMatchObject(missing)
    broken = false
    const { pid } = await service.call('echo.say', { pixels })
    expect(prepared).toEqual([pid, pid, pid])
    await service.call('echo.say', { pixels })
    expect(prepared.length).toBe(3)
  })

  it('that dies while it is being prepared fails the call, and another is prepared for the next', async () => {
    const service = echoService()
    let deadly = true
    service.prepareWith(async (client) => {
      if (deadly) await client.call('echo.exit', { code: 1 })
    })
    await expect(service.call('echo.say', { pixels })).rejects.toMatchObject({ kind: 'unavailable' })
    deadly = false
    expect((await service.call('echo.say', { pixels })).pixels).toEqual(pixels)
  })

  it.each([
    ['killed from outside', 'killed', (pid: number) => process.kill(pid, 'SIGKILL')],
    ['that faults', 'crashed', (_pid: number, service: Service<typeof echoContract>) => service.call('echo.fault', {})],
    ['that gives up', 'failed', (_pid: number, service: Service<typeof echoContract>) => service.call('echo.exit', { code: 3 })],
    ['that ends by itself', 'ended', (_pid: number, service: Service<typeof echoContract>) => service.call('echo.exit', { code: 0 })],
  ] as const)('tells of a process %s as %s; the waiting call fails, the next is answered', async (_what, reason, end) => {
    const service = echoService()
    const { pid } = await service.call('echo.say', { pixels })
    const failure = nextFailure(service)
    const waiting = expect(service.call('echo.hang', {})).rejects.toMatchObject({ kind: 'unavailable' })
    void Promise.resolve(end(pid, service)).catch(() => undefined)
    expect(await failure).toMatchObject({ reason })
    await waiting
    expect((await service.call('echo.say', { pixels })).pid).not.toBe(pid)
  })

  it('stops without being told of as a failure, and does not start again', async () => {
    const service = echoService()
    const told = vi.fn()
    service.onFailure(told)
    const process = (await service.process())
    await service.stop()
    expect(await process.exited).toMatchObject({ reason: 'stopped' })
    expect(told).not.toHaveBeenCalled()
    await expect(service.call('echo.say', { pixels })).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('is given up after five failures within a minute instead of being started for ever', async () => {
    const service = echoService()
    for (let i = 0; i < 5; i += 1) {
      const failure = nextFailure(service)
      await expect(service.call('echo.exit', { code: 1 })).rejects.toMatchObject({ kind: 'unavailable' })
      await failure
    }
    await expect(service.call('echo.say', { pixels })).rejects.toThrow(/failed 5 times within a minute/)
  })
})

describe('the environment of a child', () => {
  it('lacks what would make Node, Electron or the loader behave otherwise, and keeps the rest', async () => {
    const given = {
      PATH: '/bin', HOME: '/home/reader', LD_LIBRARY_PATH: '/opt/cuda', NODE_OPTIONS: '--require ./evil.cjs',
      NODE_PATH: '/evil', ELECTRON_RUN_AS_NODE: '1', LD_PRELOAD: '/evil.so', DYLD_INSERT_LIBRARIES: '/evil.dylib',
      npm_config_registry: 'http://evil', EMPTY: undefined,
    }
    expect(childEnvironment(given)).toEqual({ PATH: '/bin', HOME: '/home/reader', LD_LIBRARY_PATH: '/opt/cuda' })
  })

  it('is what a forked service really gets', async () => {
    vi.stubEnv('NODE_PATH', '/evil')
    vi.stubEnv('HILUM_TEST_VARIABLE', 'kept')
    const names = await echoService().call('echo.environment', {})
    vi.unstubAllEnvs()
    expect(names).toContain('HILUM_TEST_VARIABLE')
    expect(names).not.toContain('NODE_PATH')
  })
})
