import type { z } from 'zod'

/** One method: what goes in, what comes back once, and what it may tell while it runs. */
export interface Method {
  readonly params: z.ZodType
  readonly result: z.ZodType
  readonly event?: z.ZodType
}

/** What one side offers and the other calls: methods by name, `noun.verb`. */
export type Contract = Readonly<Record<string, Method>>

export type MethodName<C extends Contract> = keyof C & string
/** What a caller passes: defaults may be left out. */
export type ParamsInput<C extends Contract, M extends MethodName<C>> = z.input<C[M]['params']>
/** What a handler receives: checked, defaults filled in. */
export type Params<C extends Contract, M extends MethodName<C>> = z.output<C[M]['params']>
export type Result<C extends Contract, M extends MethodName<C>> = z.output<C[M]['result']>
export type Event<C extends Contract, M extends MethodName<C>> = C[M] extends { readonly event: z.ZodType }
  ? z.output<C[M]['event']>
  : never

/** Keeps a contract's exact type while checking its shape. */
export function defineContract<const C extends Contract>(contract: C): C {
  return contract
}
