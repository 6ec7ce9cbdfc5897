import { protocol } from 'electron'
import type { Session } from 'electron'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileInside } from './fileInside.ts'

/** The page's own scheme: a real origin, so the page needs no file:// rights. */
const SCHEME = 'app'
const HOST = 'hilum'
export const APP_ORIGIN = `${SCHEME}://${HOST}`
export const APP_PAGE = `${APP_ORIGIN}/index.html`

/**
 * Nothing is allowed but what is listed. Everything comes from the app itself; the page opens no connection but for
 * fetching its own files. `blob:` and `data:` pictures are drawn by the page itself.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
}

/** What the build writes for the page. Anything else in its folder (source maps) is not served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** Must run before Electron is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the built page in `folder`, and nothing outside it. */
export function serveApp(session: Session, folder: string): void {
  session.protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url)
    if (request.method !== 'GET' || url.host !== HOST) return refusal(403)
    const file = await fileInside(folder, url.pathname === '/' ? '/index.html' : url.pathname)
    if (file === null) return refusal(404)
    const type = TYPES[extname(file)]
    return type === undefined
      ? refusal(404)
      : new Response(await readFile(file), { headers: { ...HEADERS, 'Content-Type': type } })
  })
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: HEADERS })
}
