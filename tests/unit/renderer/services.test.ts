import { describe, expect, it } from 'vitest'
import { toErrorData } from '../../../src/shared/errors.ts'
import { playServices, settled } from './support.ts'

describe('the services of the window', () => {
  it('connect on the first call and say so', async () => {
    const { services } = playServices({ main: { 'setting.get': ({ key }) => `value of ${key}` } })
    expect(services.main.status.state).toBe('idle')
    expect(await services.main.call('setting.get', { key: 'k' })).toBe('value of k')
    expect(services.main.status.state).toBe('up')
  })

  it('tell that a process is gone and connect anew on the next call', async () => {
    const { services, ports } = playServices({ main: { 'setting.get': () => 'again' } })
    await services.main.call('setting.get', { key: 'k' })
    ports[0]?.close()
    await settled()
    expect(services.main.status.state).toBe('down')
    expect(await services.main.call('setting.get', { key: 'k' })).toBe('again')
    expect(services.main.status.state).toBe('up')
    expect(ports.length).toBe(2)
  })

  it('fail a running call as unavailable when the process goes', async () => {
    const { services, ports } = playServices({ main: { 'setting.get': () => new Promise(() => undefined) } })
    const call = services.main.call('setting.get', { key: 'k' }).catch(toErrorData)
    await settled()
    ports[0]?.close()
    expect(await call).toMatchObject({ kind: 'unavailable' })
  })

  it('reconnect on request, which is what the retry button does', async () => {
    const { services, ports } = playServices({})
    await services.compute.reconnect()
    ports[0]?.close()
    expect(services.compute.status.state).toBe('down')
    await services.compute.reconnect()
    expect(services.compute.status.state).toBe('up')
  })
})
