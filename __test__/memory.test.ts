/** Memory: the collector of garbage is told of it, and it comes back with and without `dispose`. */
import { expect, test } from 'vitest'
import {
  chain,
  compareAsync,
  grad,
  jacobian,
  linearize,
  prepare,
  record,
  Tape,
  type Var,
} from '../src/index.js'

function long(steps: number): Tape<['array'], 'array'> {
  return record([[4]], x => {
    let y: Var = x
    for (let i = 0; i < steps; i++) y = y.mul(x).add(i)
    return y.sum()
  })
}

const bytes = long(10_000).serialize()
const short = long(60)
const point = [1, 1, 1, 1]
const turn = () => new Promise(resolve => setImmediate(resolve))

/** Collects garbage; what is collected is freed on a later turn of the event loop. */
async function collected(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.()
    await turn()
  }
}

const kinds: [string, () => object][] = [
  ['a tape', () => Tape.deserialize(bytes)],
  ['a program', () => prepare(short)],
  ['a Jacobian', () => jacobian(short)],
  ['a linearization', () => linearize(short)],
  ['a linear map', () => linearize(short).at(point)],
]

test.each(kinds)('%s that is dropped is collected', async (_, make) => {
  expect(globalThis.gc).toBeTypeOf('function')
  let freed = 0
  const registry = new FinalizationRegistry(() => {
    freed++
  })
  for (let i = 0; i < 20; i++) registry.register(make(), i)
  await collected()
  expect(freed).toBeGreaterThan(18)
})

test('the collector is told of the memory, and runs by itself in time', async () => {
  let freed = 0
  const registry = new FinalizationRegistry(() => {
    freed++
  })
  // 200 times 0.8 MB behind objects of 100 bytes, which alone would never be worth a collection.
  for (let i = 0; i < 200; i++) {
    registry.register(Tape.deserialize(bytes), i)
    await turn()
  }
  expect(freed).toBeGreaterThan(50)
})

test('a process that drops what it makes does not grow', async () => {
  const points = new Float64Array(4 * 1000).fill(0.5)
  const round = async () => {
    for (let i = 0; i < 20; i++) {
      prepare(grad(short)).batch(points)
      jacobian(short).at(points)
      linearize(short).at(point)
      await turn()
    }
    await collected()
    return process.memoryUsage().rss
  }
  for (let i = 0; i < 3; i++) await round()
  const before = await round()
  for (let i = 0; i < 4; i++) await round()
  expect((await round()) - before).toBeLessThan(32e6)
})

test('what is disposed of is free at once, however often it is said', async () => {
  const points = new Float64Array(4 * 1000).fill(0.5)
  const round = () => {
    for (let i = 0; i < 30; i++) {
      const made = [Tape.deserialize(bytes), prepare(short), jacobian(short)] as const
      made[1].batch(points)
      made[2].at(points)
      for (const one of [...made, ...made]) one.dispose()
    }
    return process.memoryUsage().rss
  }
  // Without a turn of the event loop nothing else could free them.
  round()
  const before = round()
  round()
  expect(round() - before).toBeLessThan(32e6)
})

test('a program may be disposed of, and collected, while a call is under way', async () => {
  const start = () => {
    const program = prepare(short)
    const prepared = jacobian(short)
    const pending = [
      program.batchAsync(new Float64Array(40_000).fill(0.25)),
      prepared.atAsync(new Float64Array(40_000).fill(0.25)),
      prepared.atAsync(new Float64Array(40_000).fill(0.25), { reduce: 'normal' }),
    ]
    program.dispose()
    prepared.dispose()
    expect(() => program.call(point)).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
    return pending
  }
  const dropped = prepare(short).batchAsync(new Float64Array(40_000).fill(0.25))
  const pending = start()
  await collected()
  expect(await Promise.all(pending)).toHaveLength(3)
  expect(await dropped).toHaveLength(10_000)
})

test('tapes, chains and Jacobians may be disposed of while calls with them are under way', async () => {
  const made = [long(400), record([[]], y => y.sin())] as const
  const composed = chain([...made])
  const prepared = jacobian(composed, { threads: 1 })
  const measured = compareAsync(composed, { measure: true, seconds: 0.1, batch: 8 })
  let reports = 0
  const disposing = prepared.atAsync(new Float64Array(4 * 200_000).fill(0.5), {
    // On the main thread, in the middle of the call.
    onProgress: () => {
      reports++
      for (const one of [prepared, composed, composed.tape, ...made]) one.dispose()
    },
  })
  composed.dispose()
  expect((await disposing).jacobian).toHaveLength(4 * 200_000)
  expect(reports).toBeGreaterThan(0)
  expect((await measured).rows.length).toBeGreaterThan(0)
  const disposed = expect.objectContaining({ code: 'DISPOSED' })
  expect(() => jacobian(composed)).toThrow(disposed)
  await expect(compareAsync(composed)).rejects.toThrow(disposed)
  await expect(prepared.atAsync(new Float64Array(4))).rejects.toThrow(disposed)
})

test('what was disposed of says so, whatever it was', () => {
  const [program, prepared, tape] = [prepare(short), jacobian(short), record([[]], x => x)]
  {
    using _program = program
    using _prepared = prepared
    using _tape = tape
  }
  const disposed = expect.objectContaining({ code: 'DISPOSED' })
  expect(() => program.call(point)).toThrow(disposed)
  expect(() => prepared.at(new Float64Array(4))).toThrow(disposed)
  expect(() => prepared.at(new Float64Array(4), { reduce: 'normal' })).toThrow(disposed)
  expect(() => prepared.operator(point)).toThrow(disposed)
  expect(() => grad(tape)).toThrow(disposed)
  expect(() => prepare(tape)).toThrow(disposed)
  expect(() => jacobian(tape)).toThrow(disposed)
  expect(() => tape.serialize()).toThrow(disposed)
})

test('results outlive what gave them', async () => {
  const call = () => prepare(short).call([0, 0, 0, 0])
  const operator = () => jacobian(short).operator([0, 0, 0, 0])
  const [result, map] = [call(), operator()]
  await collected()
  expect([...result]).toEqual([4 * 59])
  expect([...map.row(0)]).toEqual([58, 58, 58, 58])
})
