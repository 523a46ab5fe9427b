/** Calls on other threads: aborting, progress, the free event loop, many at once. */
import { expect, test, vi } from 'vitest'
import { jacobian, prepare, record, setThreads, type Var } from '../src/index.js'

/** A function of about 4,000 operations, so that a call lasts long enough to be watched. */
const f = record([[4]], x => {
  let y: Var = x
  for (let i = 0; i < 500; i++) y = y.sin().add(x)
  return y.sum()
})
const program = prepare(f, { threads: 1 })
const prepared = jacobian(f, { threads: 1 })
const points = Float64Array.from({ length: 4 * 10_000 }, (_, i) => Math.sin(i))
const few = points.subarray(0, 40)
/** Long enough for a report, of which there is one in 50 ms. */
const many = [{ data: few, index: Int32Array.from({ length: 100_000 }, (_, i) => i % 10) }]

const calls: [
  string,
  (options: { signal?: AbortSignal; onProgress?: (done: number) => void }) => Promise<unknown>,
][] = [
  ['batchAsync', options => program.batchAsync(points, options)],
  ['atAsync', options => prepared.atAsync(points, options)],
  ['atAsync, normal', options => prepared.atAsync(points, { ...options, reduce: 'normal' })],
]

test.each(calls)(
  '%s with an aborted signal rejects with its reason and does nothing',
  async (_, call) => {
    for (const reason of [new Error('mine'), 'words', 0, null]) {
      const onProgress = vi.fn()
      const pending = call({ signal: AbortSignal.abort(reason), onProgress })
      await expect(pending).rejects.toBe(reason)
      expect(onProgress).not.toHaveBeenCalled()
    }
    await expect(call({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
  },
)

test.each(calls)('%s that is aborted midway ends soon with the reason', async (_, call) => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const start = performance.now()
  await call({})
  const whole = performance.now() - start
  const aborted = performance.now()
  const pending = call({ signal: controller.signal })
  setTimeout(() => controller.abort(reason), 1)
  await expect(pending).rejects.toBe(reason)
  expect(performance.now() - aborted).toBeLessThan(Math.max(whole, 50))
})

test('a time limit is a signal', async () => {
  const pending = prepared.atAsync(points, { signal: AbortSignal.timeout(1) })
  await expect(pending).rejects.toMatchObject({ name: 'TimeoutError' })
})

test('a signal leaves no listener behind, and aborting later does nothing', async () => {
  const controller = new AbortController()
  const { signal } = controller
  const [added, removed] = [
    vi.spyOn(signal, 'addEventListener'),
    vi.spyOn(signal, 'removeEventListener'),
  ]
  const result = await program.batchAsync(few, { signal })
  expect(added.mock.calls.length).toBeGreaterThan(0)
  expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
    added.mock.calls.map(([, listener]) => listener),
  )
  controller.abort()
  expect(result).toEqual(program.batch(few))
})

test('one that is aborted leaves the others alone', async () => {
  const controller = new AbortController()
  const all = Promise.allSettled([
    program.batchAsync(points, { signal: controller.signal }),
    program.batchAsync(points),
    prepared.atAsync(few),
  ])
  controller.abort('stop')
  const [first, second, third] = await all
  expect(first).toEqual({ status: 'rejected', reason: 'stop' })
  expect(second).toEqual({ status: 'fulfilled', value: program.batch(points) })
  expect(third).toEqual({ status: 'fulfilled', value: prepared.at(few) })
})

test('progress counts points up, and never more than there are', async () => {
  const seen: number[] = []
  await prepared.atAsync(many, { onProgress: done => seen.push(done) })
  expect(seen.length).toBeGreaterThan(0)
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  expect(seen.every(done => Number.isInteger(done) && done > 0 && done <= 100_000)).toBe(true)
})

test.each(calls)('%s leaves the event loop free', async (_, call) => {
  let longest = 0
  let ticks = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    ticks++
  }, 1)
  const start = performance.now()
  await call({})
  const whole = performance.now() - start
  clearInterval(timer)
  expect(ticks).toBeGreaterThan(3)
  expect(longest).toBeLessThan(Math.max(whole / 2, 20))
})

test('inputs are copied: what is written to them later does not count', async () => {
  const own = points.slice()
  const index = Int32Array.from({ length: 10_000 }, (_, i) => i)
  const wanted = program.batch(points)
  const pending = [program.batchAsync(own), program.batchAsync([{ data: own, index }])]
  own.fill(Number.NaN)
  index.fill(0)
  expect(await Promise.all(pending)).toEqual([wanted, wanted])
})

test('threads may be set while calls run, which give the same bits', async () => {
  const free = prepare(f)
  const wanted = program.batch(points)
  const pending = [1, 3, 2].map(threads => {
    setThreads(threads)
    return free.batchAsync(points)
  })
  setThreads(4)
  expect(await Promise.all(pending)).toEqual([wanted, wanted, wanted])
})

test('bad input rejects and does not throw', async () => {
  const code = (code: string) => expect.objectContaining({ code })
  await expect(program.batchAsync(new Float64Array(3))).rejects.toThrow(code('SHAPE_MISMATCH'))
  const wild = { data: few, index: [10] }
  await expect(program.batchAsync([wild])).rejects.toThrow(code('INVALID_ARGUMENT'))
  await expect(prepared.atAsync([wild])).rejects.toThrow(code('INVALID_ARGUMENT'))
  const misspelt: object = { sginal: undefined }
  await expect(program.batchAsync(few, misspelt)).rejects.toThrow(code('UNKNOWN_NAME'))
  await expect(program.batchAsync(few, JSON.parse('{ "signal": 3 }'))).rejects.toThrow(
    code('INVALID_ARGUMENT'),
  )
  await expect(program.batchAsync(few, JSON.parse('{ "onProgress": 3 }'))).rejects.toThrow(
    code('INVALID_ARGUMENT'),
  )
  expect(await program.batchAsync(few)).toEqual(program.batch(few))
})

test('what a progress callback throws ends the call and not the process', async () => {
  const error = new Error('oops')
  let calls = 0
  const onProgress = () => {
    calls++
    throw error
  }
  await expect(prepared.atAsync(many, { onProgress })).rejects.toBe(error)
  expect(calls).toBe(1)
  expect(await prepared.atAsync(few)).toEqual(prepared.at(few))
})
