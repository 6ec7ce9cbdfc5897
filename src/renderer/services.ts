import { inject, shallowReactive, type InjectionKey } from 'vue'
import { computeContract } from '../shared/contracts/compute.ts'
import { dicomContract } from '../shared/contracts/dicom.ts'
import { mainContract } from '../shared/contracts/main.ts'
import { connect, type CallOptions, type Client } from '../shared/rpc/connect.ts'
import type { Contract, Event, MethodName, ParamsInput, Result } from '../shared/rpc/contract.ts'
import type { ServiceName } from '../shared/rpc/bridge.ts'
import type { Port } from '../shared/rpc/port.ts'

export type { ServiceName }

/** Asks for a fresh port to a process. Rejects when there is none to be had. */
export type OpenPort = (service: ServiceName) => Promise<Port>

/** How the window sees a process: not asked yet, connected, or gone. */
export type ServiceState = 'idle' | 'up' | 'down'

/**
 * One process that the window talks to. It is connected on the first call; when the process is gone,
 * running calls fail with `unavailable`, the state says so, and the next call connects anew.
 */
export class Service<C extends Contract> {
  /** Shown in the frame; shallow-reactive, so that a template follows it. */
  readonly status: { state: ServiceState } = shallowReactive({ state: 'idle' as ServiceState })
  readonly name: ServiceName
  readonly #contract: C
  readonly #open: OpenPort
  #client: Promise<Client<C>> | null = null

  constructor(name: ServiceName, contract: C, open: OpenPort) {
    this.name = name
    this.#contract = contract
    this.#open = open
  }

  async call<M extends MethodName<C>>(
    method: M,
    params: ParamsInput<C, M>,
    options?: CallOptions<Event<C, M>>,
  ): Promise<Result<C, M>> {
    const client = await this.#connected()
    return client.call(method, params, options)
  }

  /** Connects when not connected; what a retry button does. Rejects with what opening the port rejected with. */
  async reconnect(): Promise<void> {
    await this.#connected()
  }

  #connected(): Promise<Client<C>> {
    this.#client ??= this.#connect()
    return this.#client
  }

  async #connect(): Promise<Client<C>> {
    try {
      const client = connect(await this.#open(this.name), this.#contract, `the ${this.name} process`)
      this.status.state = 'up'
      client.onClose(() => this.#lost())
      return client
    } catch (thrown) {
      this.#lost()
      throw thrown
    }
  }

  #lost(): void {
    this.status.state = 'down'
    this.#client = null
  }
}

export interface Services {
  readonly main: Service<typeof mainContract>
  readonly dicom: Service<typeof dicomContract>
  readonly compute: Service<typeof computeContract>
}

/** The three processes behind the window. */
export function createServices(open: OpenPort): Services {
  return {
    main: new Service('main', mainContract, open),
    dicom: new Service('dicom', dicomContract, open),
    compute: new Service('compute', computeContract, open),
  }
}

export const SERVICES: InjectionKey<Services> = Symbol('services')

/** The services of the app; throws outside of it. */
export function useServices(): Services {
  const services = inject(SERVICES)
  if (services === undefined) throw new TypeError('The services were not provided to the app.')
  return services
}
