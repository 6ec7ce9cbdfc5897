import { expect, test } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { launchHilum, ROOT } from './support/launchHilum.ts'
import type { Launched } from './support/launchHilum.ts'
import { callPort, openPort } from './support/rpc.ts'

/** What the window promises to whoever opens untrusted files and untrusted models in it. One test per item. */
let hilum: Launched

test.beforeAll(async () => {
  hilum = await launchHilum()
})
test.afterAll(async () => {
  await hilum.close()
})

/** The preferences that the page really runs under. */
function preferences(): Promise<Record<string, unknown>> {
  return hilum.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents
    return (contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences()
  })
}

/** Loopback server that counts who asks. */
async function listener(): Promise<{ url: string; hits: () => number; close: () => void }> {
  let hits = 0
  const server = createServer((_request, response) => {
    hits += 1
    response.setHeader('Access-Control-Allow-Origin', '*').end('reached')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, hits: () => hits, close: () => server.close() }
}

test('the page runs in the sandbox', async () => {
  expect(await preferences()).toMatchObject({ sandbox: true })
  test.info().annotations.push({ type: 'note', description: 'The kernel sandbox is checked unless run as root.' })
  if (process.platform !== 'linux' || process.getuid?.() === 0) return // Chromium has no sandbox for root
  const pid = await hilum.app.evaluate(({ BrowserWindow }) => {
    return BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId()
  })
  expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m)
})

test('the page and the preload script live in separate worlds', async () => {
  expect(await preferences()).toMatchObject({ contextIsolation: true })
  const before = await hilum.page.evaluate(() => {
    const original = window.hilum.connect
    try {
      window.hilum.connect = () => undefined
    } catch {
      // a frozen object may throw
    }
    return window.hilum.connect === original
  })
  expect(before).toBe(true)
})

test('the page gets three small things from the preload script and nothing else', async () => {
  const names = await hilum.page.evaluate(() => Object.keys(window.hilum).sort())
  expect(names).toEqual(['connect', 'pathForFile', 'platform'])
})

test('the page has no Node', async () => {
  expect(await preferences()).toMatchObject({ nodeIntegration: false, nodeIntegrationInSubFrames: false })
  const names = ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'ipcRenderer', 'electron']
  expect(await hilum.page.evaluate((names) => names.filter((name) => name in globalThis), names)).toEqual([])
})

test('web security is on, webviews are off', async () => {
  const expected = { webSecurity: true, allowRunningInsecureContent: false, webviewTag: false }
  expect(await preferences()).toMatchObject(expected)
})

test('the page comes from app://, an origin of its own', async () => {
  const where = await hilum.page.evaluate(() => ({ origin, secure: isSecureContext, isolated: crossOriginIsolated }))
  expect(where).toEqual({ origin: 'app://hilum', secure: true, isolated: true })
})

test('app:// serves the built page and nothing outside it', async () => {
  const status = (path: string, method = 'GET'): Promise<number> =>
    hilum.page.evaluate(
      ([path, method]) => fetch(path, { method }).then((response) => response.status, () => -1),
      [path, method] as const,
    )
  expect(await status('/index.html')).toBe(200)
  const outside = ['/../main/index.js', '/..%2fmain%2findex.js', '/%2e%2e/%2e%2e/package.json', '/..%5cmain', '/assets']
  for (const path of outside) expect(await status(path), path).toBe(404)
  const script = await hilum.page.evaluate(() => document.querySelector<HTMLScriptElement>('script[src]')!.src)
  expect(await status(script)).toBe(200)
  expect(await status(`${script}.map`)).toBe(404)
  expect(await status('/index.html', 'POST')).toBe(403)
  expect(await status('app://elsewhere/index.html')).toBe(-1)
})

test('the content security policy starts from nothing and allows no inline or evaluated code', async () => {
  const policy = await hilum.page.evaluate(() =>
    fetch('/index.html').then((response) => response.headers.get('content-security-policy') ?? ''),
  )
  expect(policy).toMatch(/^default-src 'none';/)
  const scripts = /script-src ([^;]*)/.exec(policy)?.[1]
  expect(scripts).toBe("'self'")
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval/)

  const ran = await hilum.page.evaluate(async () => {
    // Playwright may evaluate; what the page does later on its own may not.
    await new Promise((resolve) => setTimeout(resolve, 10))
    const found: string[] = []
    const script = document.createElement('script')
    script.textContent = 'window.inlineRan = true'
    document.body.append(script)
    if ('inlineRan' in window) found.push('inline script')
    const button = document.createElement('button')
    button.setAttribute('onclick', 'window.handlerRan = true')
    button.click()
    if ('handlerRan' in window) found.push('inline handler')
    try {
      if (new Function('return 1')() === 1) found.push('new Function')
    } catch {
      // refused, as it should be
    }
    return found
  })
  expect(ran).toEqual([])
})

test('the page reaches no server', async () => {
  const server = await listener()
  const outcome = await hilum.page.evaluate(async (url) => {
    const fetched = await fetch(url).then(() => 'reached', () => 'refused')
    const picture = await new Promise((resolve) => {
      const image = new Image()
      image.onload = () => resolve('reached')
      image.onerror = () => resolve('refused')
      image.src = url
    })
    return [fetched, picture]
  }, server.url)
  expect(outcome).toEqual(['refused', 'refused'])
  expect(server.hits()).toBe(0)
  server.close()
})

test('the session reaches no server either, whatever the policy of a page says', async () => {
  const server = await listener()
  const outcome = await hilum.app.evaluate(
    ({ session }, url) => session.defaultSession.fetch(url).then(() => 'reached', () => 'refused'),
    server.url,
  )
  expect(outcome).toBe('refused')
  expect(server.hits()).toBe(0)
  server.close()
})

test('every permission is denied', async () => {
  const states = await hilum.page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi', 'persistent-storage']
    const answers = await Promise.all(
      names.map(async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state),
    )
    return Object.fromEntries(names.map((name, i) => [name, answers[i]]))
  })
  expect(new Set(Object.values(states)), JSON.stringify(states)).toEqual(new Set(['denied']))
  expect(await hilum.page.evaluate(() => Notification.requestPermission())).toBe('denied')
  const position = await hilum.page.evaluate(
    () =>
      new Promise((resolve) => {
        navigator.geolocation.getCurrentPosition(() => resolve('given'), ({ code }) => resolve(code))
      }),
  )
  expect(position).toBe(1) // PERMISSION_DENIED
})

test('the page stays where it is', async () => {
  await hilum.page.evaluate(() => Object.assign(window, { stayed: true }))
  const addresses = ['app://hilum/index.html?elsewhere', 'data:text/html,x', 'https://example.org/', 'file:///etc/hostname']
  for (const target of addresses) {
    await hilum.page.evaluate((target) => {
      const link = document.createElement('a')
      link.href = target
      document.body.append(link)
      link.click()
      link.remove()
    }, target)
    await hilum.page.waitForTimeout(150)
  }
  expect(await hilum.page.evaluate(() => 'stayed' in window)).toBe(true)
  expect(new URL(hilum.page.url()).search).toBe('')
})

test('the page opens no window', async () => {
  const opened = await hilum.page.evaluate(() => {
    const link = document.createElement('a')
    link.href = '/index.html'
    link.target = '_blank'
    document.body.append(link)
    link.click()
    link.remove()
    return window.open('/index.html') !== null
  })
  expect(opened).toBe(false)
  await hilum.page.waitForTimeout(200)
  expect(await hilum.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
})

test('there are no developer tools', async () => {
  const opened = await hilum.app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents
    const told = new Promise((resolve) => {
      contents.once('devtools-opened', () => resolve(true))
      setTimeout(() => resolve(false), 2_000)
    })
    contents.openDevTools({ mode: 'detach' })
    return (await told) || contents.devToolsWebContents !== null
  })
  expect(opened).toBe(false)
})

test('our own page gets a port to the main process, and its calls are checked', async () => {
  expect(await openPort(hilum.page, 'main')).toBe(true)
  expect(await callPort(hilum.page, 'main', 'no.such')).toMatchObject({ kind: 'error', error: { kind: 'unsupported' } })
  expect(await callPort(hilum.page, 'main', 'setting.get', { key: 7 })).toMatchObject({
    kind: 'error',
    error: { kind: 'bad-input' },
  })
})

test('our own page gets no port to a service that does not exist', async () => {
  expect(await openPort(hilum.page, 'database', 500)).toBe(false)
  expect(hilum.log()).toContain('refused a connection to an unknown service')
})

test('a foreign page gets no port, even in a window of this app with the same preload script', async () => {
  const windows = hilum.app.waitForEvent('window')
  await hilum.app.evaluate(
    async ({ BrowserWindow }, preload) => {
      const webPreferences = { preload, sandbox: true, contextIsolation: true }
      await new BrowserWindow({ show: false, webPreferences }).loadURL('data:text/html,<title>foreign</title>')
    },
    join(ROOT, 'out/preload/index.cjs'),
  )
  const foreign = await windows
  expect(await foreign.evaluate(() => typeof window.hilum.connect)).toBe('function') // else this would prove nothing
  expect(await openPort(foreign, 'main', 500)).toBe(false)
  expect(hilum.log()).toContain('refused a connection to a foreign page')
  await hilum.app.evaluate(({ BrowserWindow }) => {
    const foreign = BrowserWindow.getAllWindows().filter((window) => window.webContents.getURL().startsWith('data:'))
    for (const window of foreign) window.destroy()
  })
})
