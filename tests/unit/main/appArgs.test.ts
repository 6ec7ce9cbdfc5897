import { describe, expect, it } from 'vitest'
import { readAppArgs } from '../../../src/main/appArgs.ts'

const read = (argv: string[], env: NodeJS.ProcessEnv = {}): ReturnType<typeof readAppArgs> =>
  readAppArgs(['electron', ...argv], env, '/here')

describe('the arguments of the window', () => {
  it('default to the user’s own workspace and a 1440 x 900 window', () => {
    expect(read([])).toEqual({ workspace: null, resources: null, width: 1440, height: 900 })
  })

  it('take the workspace from --workspace, in either spelling, relative to where the command was given', () => {
    expect(read(['--workspace', 'demo']).workspace).toBe('/here/demo')
    expect(read(['--workspace=/data/demo']).workspace).toBe('/data/demo')
  })

  it('take the workspace from HILUM_WORKSPACE unless the command line says otherwise', () => {
    expect(read([], { HILUM_WORKSPACE: '/data/env' }).workspace).toBe('/data/env')
    expect(read(['--workspace=/data/arg'], { HILUM_WORKSPACE: '/data/env' }).workspace).toBe('/data/arg')
    expect(read([], { HILUM_WORKSPACE: '' }).workspace).toBeNull()
  })

  it('take the folder of the model from HILUM_RESOURCES', () => {
    expect(read([], { HILUM_RESOURCES: 'other' }).resources).toBe('/here/other')
    expect(read([], { HILUM_RESOURCES: '' }).resources).toBeNull()
  })

  it('take the window’s size, and ignore one that is none', () => {
    expect(read(['--window-size=2560x1440'])).toMatchObject({ width: 2560, height: 1440 })
    expect(read(['--window-size=huge'])).toMatchObject({ width: 1440, height: 900 })
  })

  it('leave Chromium’s own switches alone', () => {
    expect(read(['--no-sandbox', '--remote-debugging-port=0', '--workspace=/w']).workspace).toBe('/w')
  })
})
