import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How the stub answers one request; `text` is what was sent. */
export type Behaviour = (response: ServerResponse, text: string, request: IncomingMessage) => void

export interface StubJudge {
  readonly address: string
  /** The bodies it was sent, in order. */
  readonly asked: string[]
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

/** A local service with OpenAI's chat completions, which may be told to misbehave. */
export async function startStubJudge(behaviour: Behaviour): Promise<StubJudge> {
  let current = behaviour
  const asked: string[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8')
      asked.push(text)
      current(response, text, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}/v1`, asked,
    behave: (next) => void (current = next),
    close: () => new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    }),
  }
}

/** A proper reply whose text is `content`. */
export const says = (content: string, finish = 'stop'): Behaviour => (response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content }, finish_reason: finish }] }))
}
