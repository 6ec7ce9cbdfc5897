import { computeContract } from '../shared/contracts/compute.ts'
import { acceptConnections, type ProcessLike } from '../shared/rpc/acceptConnections.ts'
import { serve } from '../shared/rpc/serve.ts'
import { computeService } from './service.ts'

/** The entry of the compute process: Electron's utility process, or a forked Node process under the command line. */
const handlers = computeService()

acceptConnections(process as ProcessLike, (port) => {
  serve(port, computeContract, handlers, {
    onError: (method, thrown) => {
      const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
      process.stderr.write(`compute: ${method} failed: ${text}\n`)
    },
  })
})
