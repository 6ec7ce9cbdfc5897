import { modelsContract } from '../../shared/contracts/models.ts'
import { acceptConnections, type ProcessLike } from '../../shared/rpc/acceptConnections.ts'
import { serve } from '../../shared/rpc/serve.ts'
import { modelsService } from './service.ts'

/** The entry of the models process: Electron's utility process, or a forked Node process under the command line. */
const handlers = modelsService()

acceptConnections(process as ProcessLike, (port) => {
  serve(port, modelsContract, handlers, {
    onError: (method, thrown) => {
      const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
      process.stderr.write(`models: ${method} failed: ${text}\n`)
    },
  })
})
