/** A thread that records segments: one for each message, until it is ended. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { isRecord } from './form.js'
import {
  load,
  plain,
  recordSegment,
  SEGMENTS,
  type WorkerAnswer,
  type WorkerTask,
} from './segments.js'

/** Serves, if this thread was made to record segments: its script is the library itself, so that there is one `Var`. */
export function serveSegments(): void {
  const port = parentPort
  if (isMainThread || port === null || !isRecord(workerData) || !(SEGMENTS in workerData)) return
  port.on('message', async ({ moduleUrl, segment }: WorkerTask) => {
    try {
      const program = await load(moduleUrl)
      const answer: WorkerAnswer = { segment, ...recordSegment(program, segment) }
      const { nodes, numbers, lists, arrays } = answer.words
      port.postMessage(
        answer,
        [...nodes, numbers, lists, ...arrays].map(array => array.buffer),
      )
    } catch (error) {
      const answer: WorkerAnswer = { segment, error: plain(error) }
      port.postMessage(answer)
    }
  })
}
