/** Plans by the clock: one of the best by the model, whichever machine this is, and refused with words. */
import { expect, test } from 'vitest'
import {
  chain,
  constant,
  jacobian,
  matrixChain,
  multiplyChain,
  type Plan,
  type Problem,
  plan,
  planAsync,
  record,
} from '../src/index.js'

const widths = [40, 9, 50, 12, 30]
const problem: Problem = {
  stages: widths.slice(1).map((outputs, i) => {
    return { inputs: widths[i] ?? 0, outputs, jacobian: 'given' }
  }),
  batch: 5,
}
const layer = (inputs: number, outputs: number) => {
  const weights = Float64Array.from({ length: inputs * outputs }, (_, i) => Math.sin(i + outputs))
  return record([[inputs]], x => constant(weights, [outputs, inputs]).dot(x).tanh())
}
const net = chain([layer(70, 4), layer(4, 72), layer(72, 66)])
const soon = { measure: 3, seconds: 0.01 }

const cosine = (_: unknown, i: number) => Math.cos(i)

/** Whether a plan says of itself what it is: the best by the model, or one that is not. */
function honest(chosen: Plan, best: Plan): void {
  expect(chosen.objective).toBe('time')
  expect(chosen.fingerprint).toBe(best.fingerprint)
  expect(chosen.value).toBeGreaterThanOrEqual(best.value)
  if (chosen.certificate.kind === 'optimal') expect(chosen.value).toBe(best.value)
  else expect(chosen.certificate.lowerBound).toBe(best.value)
}

test('measuring one plan is planning by the model', () => {
  const best = plan(problem, { objective: 'time' })
  const { reasons: _, ...said } = Object(best.toJSON()).plan
  expect(Object(plan(problem, { measure: 1, seconds: 0 }).toJSON()).plan).toEqual(said)
})

test('problems, chains and tapes are measured', async () => {
  honest(plan(problem, soon), plan(problem, { objective: 'time' }))
  const at = { batch: 8, threads: 1 }
  const best = plan(net, { ...at, objective: 'time' })
  const chosen = await planAsync(net, { ...at, ...soon })
  honest(chosen, best)
  honest(plan(net.tape, { ...soon, batch: 8 }), plan(net.tape, { objective: 'time', batch: 8 }))
  const point = Float64Array.from({ length: 70 }, cosine)
  const prepared = jacobian(net, { order: chosen, batch: 8 }).at(point).jacobian
  jacobian(net, { order: 'forward' })
    .at(point)
    .jacobian.forEach((x, i) => {
      expect(prepared[i]).toBeCloseTo(x, 11)
    })
})

test('products of matrices are measured in product order', () => {
  const dims = [3, 30, 2, 40, 5]
  const chosen = matrixChain(dims, soon)
  honest(chosen, matrixChain(dims, { objective: 'time' }))
  const factors = dims.slice(1).map((columns, i) => {
    const shape = [dims[i] ?? 0, columns]
    return { shape, data: Float64Array.from({ length: (dims[i] ?? 0) * columns }, cosine) }
  })
  const wanted = multiplyChain(factors).data
  multiplyChain(factors, { plan: chosen }).data.forEach((x, i) => {
    expect(x).toBeCloseTo(wanted[i] ?? Number.NaN, 10)
  })
})

test('planning on another thread gives the same plan, and leaves the event loop free', async () => {
  for (const options of [{}, { objective: 'time' }, { objective: 'criticalPath', threads: 2 }]) {
    const [here, there] = [plan(problem, Object(options)), planAsync(problem, Object(options))]
    expect((await there).toJSON()).toEqual(here.toJSON())
  }
  let ticks = 0
  const timer = setInterval(() => ticks++, 5)
  const seen: number[] = []
  await planAsync(net, { measure: 60, onProgress: done => seen.push(done) })
  clearInterval(timer)
  expect(seen.length).toBeGreaterThan(1)
  expect(seen.every((done, i) => done >= (seen[i - 1] ?? 0) && done <= 1)).toBe(true)
  expect(ticks).toBeGreaterThan(3)
})

test('a measurement can be stopped', async () => {
  const controller = new AbortController()
  const call = planAsync(net, {
    measure: 9,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  })
  await expect(call).rejects.toThrow('aborted')
})

test.each([
  ['INVALID_ARGUMENT', 'measure', { measure: 0 }],
  ['INVALID_ARGUMENT', 'measure', { measure: 101 }],
  ['INVALID_ARGUMENT', 'measure', { measure: 2.5 }],
  ['INVALID_ARGUMENT', 'measure', { measure: '3' }],
  ['INVALID_ARGUMENT', 'measure', { measure: true }],
  ['INVALID_ARGUMENT', 'measure', { measure: 2, objective: 'flops' }],
  ['INVALID_ARGUMENT', 'seconds', { seconds: 1 }],
  ['INVALID_ARGUMENT', 'seconds', { measure: 2, seconds: -1 }],
  ['INVALID_ARGUMENT', 'seconds', { measure: 2, seconds: 'long' }],
])('refuses with %s about %s: %o', async (code, argument, options) => {
  const refused = expect.objectContaining({ code, argument: expect.stringContaining(argument) })
  expect(() => plan(problem, Object(options))).toThrow(refused)
  await expect(planAsync(problem, Object(options))).rejects.toThrow(refused)
})

test('what cannot be run is not measured', () => {
  const functions = { stages: [{ inputs: 3, outputs: 4 }] }
  expect(() => plan(functions, { measure: 2 })).toThrow(/dense matrices at hand/)
  expect(() => plan(problem, Object({ measure: 2, shared: ['x'] }))).toThrow(/said by the problem/)
})
