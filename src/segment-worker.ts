/** A thread that records segments: one for each message, until it is ended. */
import { parentPort } from 'node:worker_threads'
import { load, plain, recordSegment, type WorkerAnswer, type WorkerTask } from './segments.js'

parentPort?.on('message', async ({ moduleUrl, segment }: WorkerTask) => {
  let answer: WorkerAnswer
  try {
    const program = await load(moduleUrl)
    answer = { segment, ...recordSegment(program, segment) }
    const { nodes, numbers, lists, arrays } = answer.words
    const buffers = [nodes, numbers, lists, ...arrays].map(array => array.buffer)
    parentPort?.postMessage(answer, buffers)
  } catch (error) {
    answer = { segment, error: plain(error) }
    parentPort?.postMessage(answer)
  }
})
