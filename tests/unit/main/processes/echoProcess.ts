/** A service in a process of its own, for the tests of those that own one. */
import { acceptConnections } from '../../../../src/shared/rpc/acceptConnections.ts'
import { serve } from '../../../../src/shared/rpc/serve.ts'
import { echoContract } from './echoContract.ts'

acceptConnections(process, (port) => {
  serve(port, echoContract, {
    'echo.say': ({ pixels }) => ({ pixels, pid: process.pid }),
    'echo.environment': () => Object.keys(process.env),
    'echo.exit': ({ code }) => process.exit(code),
    'echo.fault': () => {
      process.abort()
    },
    'echo.hang': () => new Promise(() => undefined),
  })
})
