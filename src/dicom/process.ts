import process from 'node:process'
import { dicomContract } from '../shared/contracts/dicom.ts'
import type { ProcessLike } from '../shared/rpc/acceptConnections.ts'
import { acceptConnections } from '../shared/rpc/acceptConnections.ts'
import { serve } from '../shared/rpc/serve.ts'
import { createDicomService } from './service.ts'

/** The entry of the dicom process: an Electron utility process, or a forked Node process without Electron. */
const service = createDicomService()
acceptConnections(process as unknown as ProcessLike, (port) => {
  serve(port, dicomContract, service)
})
