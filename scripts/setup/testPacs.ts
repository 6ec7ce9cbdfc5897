import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { run } from './step.mjs'
import type { Step } from './step.mjs'

/** What the PACS test starts; where it is missing, that one test is skipped. */
const NEEDED = ['/usr/sbin/Orthanc', '/usr/share/orthanc/plugins/libOrthancDicomWeb.so']
const PACKAGES = ['orthanc', 'orthanc-dicomweb']

/**
 * Orthanc for the PACS test. Installed only by root (a build machine): its package may start a server, which nobody
 * wants on a desk. Never fails.
 */
export function testPacs(): Step {
  const there = (): boolean => NEEDED.every((path) => existsSync(path))
  return {
    name: 'test PACS',
    state() {
      if (there()) return 'Orthanc is there'
      const root = process.getuid?.() === 0 && spawnSync('apt-cache', ['show', PACKAGES[0]!]).status === 0
      return root ? null : `no Orthanc, so its test is skipped (Debian packages ${PACKAGES.join(' and ')})`
    },
    async act() {
      await run('apt-get', ['install', '-y', '--no-install-recommends', ...PACKAGES], {
        env: { DEBIAN_FRONTEND: 'noninteractive' },
      })
      return there() ? `installed ${PACKAGES.join(' and ')}` : 'Orthanc cannot be installed here, so its test is skipped'
    },
  }
}
