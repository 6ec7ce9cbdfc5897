import process from 'node:process'
import { pacsContract } from '../shared/contracts/pacs.ts'
import type { ProcessLike } from '../shared/rpc/acceptConnections.ts'
import { acceptConnections } from '../shared/rpc/acceptConnections.ts'
import { serve } from '../shared/rpc/serve.ts'
import { createPacsService } from './service.ts'

/** The entry of the pacs process: an Electron utility process, or a forked Node process without Electron. */
const service = createPacsService()
acceptConnections(process as unknown as ProcessLike, (port) => {
  serve(port, pacsContract, service)
})
