import { parentPort } from 'node:worker_threads'
import { toErrorData } from '../../shared/errors.ts'
import type { CodecJob, CodecReply } from './codecThread.ts'
import { wasmDecode } from './wasmCodec.ts'

/** The entry of a codec thread: one image in, its values or the reason out. */
parentPort?.on('message', ({ name, data }: CodecJob) => {
  const reply = (message: CodecReply, transfer: ArrayBuffer[] = []): void => parentPort?.postMessage(message, transfer)
  wasmDecode(name, data).then(
    (frame) => reply({ frame, error: null }, [frame.words.buffer as ArrayBuffer]),
    (thrown: unknown) => reply({ frame: null, error: toErrorData(thrown) }),
  )
})
