import { expect, test } from '@playwright/test'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { ROOT } from './support/launchHilum.ts'

const out = join(ROOT, 'out')
const read = (path: string): string => readFileSync(join(out, path), 'utf8')
const scriptsIn = (folder: string): string[] =>
  readdirSync(join(out, folder), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'))

/** What an import from a bundle may still name. */
const EXTERNAL = /^(node:.*|electron|better-sqlite3|onnxruntime-node|@cornerstonejs\/codec-.*|\.\.?\/.*)$/

test.describe('the build', () => {
  test('has an entry for the main process, for each utility process and for the codec threads', () => {
    for (const entry of ['index', 'compute', 'dicom', 'codec']) {
      expect(existsSync(join(out, `main/${entry}.js`)), entry).toBe(true)
    }
  })

  test('parses, every file of the main side', () => {
    for (const file of scriptsIn('main')) {
      const { status, stderr } = spawnSync(process.execPath, ['--check', join(out, 'main', file)], { encoding: 'utf8' })
      expect(status, stderr).toBe(0)
    }
  })

  test('has codec threads that find their WebAssembly', async () => {
    const thread = new Worker(join(out, 'main/codec.js'))
    const answer = new Promise((resolve, reject) => thread.once('message', resolve).once('error', reject))
    thread.postMessage({ name: 'jpeg', data: new Uint8Array(64) })
    expect(await answer).toMatchObject({ frame: null, error: { kind: 'bad-input' } })
    await thread.terminate()
  })

  test('bundles everything of the main side but native addons and the codecs’ WebAssembly', () => {
    for (const file of scriptsIn('main')) {
      const imports = [...read(join('main', file)).matchAll(/^(?:import|export)\b[^'"\n]*["']([^"'\n]+)["'];?$/gm)]
      const outside = imports.map(([, name]) => name!).filter((name) => !EXTERNAL.test(name) && !isBuiltin(name))
      expect(outside, file).toEqual([])
    }
  })

  test('has a preload script of one CommonJS file that requires Electron alone', () => {
    expect(readdirSync(join(out, 'preload'))).toEqual(['index.cjs'])
    const preload = read('preload/index.cjs')
    expect(preload).not.toMatch(/^\s*(import|export)\s/m)
    expect([...preload.matchAll(/require\(["']([^"']+)["']\)/g)].map(([, name]) => name)).toEqual(['electron'])
  })

  test('has a page without inline script or style', () => {
    const page = read('renderer/index.html')
    expect(page).toMatch(/<script type="module"[^>]* src="[^"]+"/)
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=/)
  })

  test('uses no syntax that the oldest runtime lacks', () => {
    for (const folder of ['main', 'renderer']) {
      for (const file of scriptsIn(folder)) {
        expect(read(join(folder, file)), `${folder}/${file}`).not.toMatch(/^\s*(await )?using \w+ =/m)
      }
    }
  })

  test('carries nothing of a build for development', () => {
    for (const file of scriptsIn('main')) {
      expect(read(join('main', file))).not.toMatch(/__DEV__|devtools:\/\//)
    }
  })
})
