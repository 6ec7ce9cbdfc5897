import { HilumError } from '../../../src/shared/errors.ts'
import type { Contract } from '../../../src/shared/rpc/contract.ts'
import type { Handlers } from '../../../src/shared/rpc/serve.ts'

/** Handlers that refuse: for the part of a contract that the double does not play. */
export function notPlayed<C extends Contract>(contract: C): Handlers<C> {
  const refuse = (): never => {
    throw new HilumError('unsupported', 'Not played.')
  }
  return Object.fromEntries(Object.keys(contract).map((name) => [name, refuse])) as unknown as Handlers<C>
}
