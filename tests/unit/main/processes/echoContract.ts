import { z } from 'zod'
import { defineContract } from '../../../../src/shared/rpc/contract.ts'

export const echoContract = defineContract({
  'echo.say': {
    params: z.object({ pixels: z.instanceof(Uint8Array) }),
    result: z.object({ pixels: z.instanceof(Uint8Array), pid: z.number() }),
  },
  'echo.environment': { params: z.object({}), result: z.array(z.string()) },
  'echo.exit': { params: z.object({ code: z.number() }), result: z.never() },
  'echo.fault': { params: z.object({}), result: z.void() },
  'echo.hang': { params: z.object({}), result: z.never() },
})
