/** The built package in several worker threads at once, each with errors of its own. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { jacobian, prepare, record, setThreads, stack } from 'chainrule'
import { afterAll, expect, test } from 'vitest'

const url = new URL('./fixtures/worker.mjs', import.meta.url)
const f = record([[3]], x => x.mul(x).sin().sum())
const data = (number: number) => ({ number, points: 20_000, text: `${f}` })

afterAll(() => setThreads(4))

test('all of them get the same bits, after errors and while threads are set anew', async () => {
  const workers = [0, 1, 2, 3].map(number => new Worker(url, { workerData: data(number) }))
  const answers = await Promise.all(workers.map(async worker => (await once(worker, 'message'))[0]))
  const g = record([[3]], x => stack([x.at(0).mul(x.at(1)).sin(), x.at(2).exp()]))
  const points = Float64Array.from({ length: 60_000 }, (_, i) => Math.sin(i))
  const wanted = jacobian(g).at(points).jacobian
  const codes = ['INVALID_TEXT', 'SHAPE_MISMATCH', 'SHAPE_MISMATCH', 'INVALID_ARGUMENT']
  for (const answer of answers) {
    expect(answer).toMatchObject({ codes, same: true })
    expect(answer.gradient).toEqual(answers[0].gradient)
    expect(Buffer.compare(Buffer.from(answer.jacobian.buffer), Buffer.from(wanted.buffer))).toBe(0)
  }
})

test('one that ends in the middle of a call takes nothing with it', async () => {
  const worker = new Worker(url, { workerData: { ...data(1), endless: true } })
  await once(worker, 'message')
  await worker.terminate()
  expect([...prepare(f).call([0, 0, 0])]).toEqual([0])
  const next = new Worker(url, { workerData: data(3) })
  expect((await once(next, 'message'))[0]).toMatchObject({ same: true })
})
