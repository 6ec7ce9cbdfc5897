import { computeContract } from '../../../src/shared/contracts/compute.ts'
import { dicomContract } from '../../../src/shared/contracts/dicom.ts'
import { mainContract } from '../../../src/shared/contracts/main.ts'
import { HilumError } from '../../../src/shared/errors.ts'
import type { HilumBridge, PortMessage } from '../../../src/shared/rpc/bridge.ts'
import { domPort } from '../../../src/shared/rpc/ports.ts'
import { serve, type Handlers } from '../../../src/shared/rpc/serve.ts'
import { mainHandlers } from './mainHandlers.ts'
import { model } from './model.ts'
import { watch } from './runs.ts'
import { viewerFilm } from './viewerFilm.ts'

/** The back end of the window, played in the page: what the preload bridge leads to. */
const dicomHandlers: Handlers<typeof dicomContract> = {
  'store.open': () => ({}),
  'store.scan': () => ({ films: 0, skipped: 0 }),
  'sidecar.preview': () => ({ columns: [], rows: [], count: 0, map: {} }),
  'store.drawDemo': () => ({ films: [], texts: [] }),
  'film.view': ({ hash }) => viewerFilm(hash),
  'film.model': () => {
    throw new HilumError('unsupported', 'Not played.')
  },
  'film.tags': () => [],
}

const computeHandlers: Handlers<typeof computeContract> = {
  'model.open': () => model,
  'model.facts': () => model,
  'report.generate': () => {
    throw new HilumError('unsupported', 'Not played.')
  },
  'report.sweep': () => {
    throw new HilumError('unsupported', 'Not played.')
  },
  'report.watch': async ({ runId }, { emit, signal }) => {
    await watch(runId, emit, signal)
    return { ended: 'done' }
  },
  'feature.onFilms': () => ({ films: [] }),
  'text.activations': () => [],
  'dictionary.cosines': () => ({ cosines: [] }),
  'cache.clear': () => ({ bytes: 0 }),
}

const start = {
  main: (port: MessagePort) => serve(domPort(port), mainContract, mainHandlers),
  dicom: (port: MessagePort) => serve(domPort(port), dicomContract, dicomHandlers),
  compute: (port: MessagePort) => serve(domPort(port), computeContract, computeHandlers),
}

const bridge: HilumBridge = {
  connect(service) {
    const { port1, port2 } = new MessageChannel()
    start[service](port2)
    const message: PortMessage = { hilum: 'port', service }
    setTimeout(() => window.postMessage(message, location.origin, [port1]), 5)
  },
  pathForFile: (file) => `/dropped/${(file as File).name}`,
  platform: 'linux',
}
Object.assign(window, { hilum: bridge })
