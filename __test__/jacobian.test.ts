/** Jacobians in bulk and as linear maps. */
import { expect, test } from 'vitest'
import { jacobian, linearize, record, setThreads, stack } from '../src/index.js'

const spherical = record({ r: [], t: [], p: [] }, ({ r, t, p }) => {
  const rho = r.mul(t.sin())
  return stack([rho.mul(p.cos()), rho.mul(p.sin()), r.mul(t.cos())])
})
const points = { r: [1, 2], t: [0.5, 0.6], p: [0.1, 0.2] }
const exact = (r: number, t: number, p: number) => {
  const [st, ct, sp, cp] = [Math.sin(t), Math.cos(t), Math.sin(p), Math.cos(p)]
  return [st * cp, r * ct * cp, -r * st * sp, st * sp, r * ct * sp, r * st * cp, ct, -r * st, 0]
}
const near = (came: ArrayLike<number>, wanted: readonly number[]) => {
  expect(came).toHaveLength(wanted.length)
  Array.from(came).forEach((x, i) => {
    expect(x).toBeCloseTo(wanted[i] ?? Number.NaN, 13)
  })
}

test('every order gives the matrix of partials', () => {
  const wanted = [...exact(1, 0.5, 0.1), ...exact(2, 0.6, 0.2)]
  for (const order of ['auto', 'forward', 'reverse'] as const) {
    near(jacobian(spherical, { order }).at(points).jacobian, wanted)
  }
})

test('columns are those of the inputs that are named', () => {
  const { jacobian: j } = jacobian(spherical, { wrt: ['p'] }).at({ r: 1, t: 0.5, p: 0.1 })
  near(
    j,
    [2, 5, 8].map(i => exact(1, 0.5, 0.1)[i] ?? 0),
  )
})

test('columns follow the order in which inputs are named', () => {
  const at = { r: 1, t: 0.5, p: 0.1 }
  const matrix = exact(1, 0.5, 0.1)
  const wrt = ['p', 'r']
  const wanted = [2, 0, 5, 3, 8, 6].map(i => matrix[i] ?? 0)
  for (const order of ['auto', 'forward', 'reverse'] as const) {
    near(jacobian(spherical, { order, wrt }).at(at).jacobian, wanted)
  }
  const operator = jacobian(spherical, { wrt }).operator(at)
  near(operator.row(1), wanted.slice(2, 4))
  near(
    operator.column(0),
    [0, 2, 4].map(i => wanted[i] ?? 0),
  )
  const column = [0, 2, 4].map(i => (wanted[i] ?? 0) + 10 * (wanted[i + 1] ?? 0))
  near(operator.jvp({ r: 10, p: 1 }), column)
  near(operator.jvp([1, 10]), column)
  const adjoints: unknown = operator.vjp([1, 0, 0])
  expect(Object.keys(adjoints ?? {})).toEqual(['p', 'r'])
  expect(() => jacobian(spherical, { wrt: ['p', 'p'] })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', argument: '`wrt`' }),
  )
})

test('results are written where they are wanted', () => {
  const out = { jacobian: new Float64Array(18) }
  const { value, jacobian: j } = jacobian(spherical).at(points, { out, value: false })
  expect(j).toBe(out.jacobian)
  expect(value).toBeUndefined()
})

test('results have the same bits for any number of threads, now or later', async () => {
  const count = 20_000
  const input = () => Float64Array.from({ length: count }, (_, i) => 0.5 + i / count)
  const many = { r: input(), t: input(), p: input() }
  const prepared = jacobian(spherical)
  setThreads(1)
  const one = prepared.at(many).jacobian
  setThreads(4)
  expect(
    Buffer.compare(Buffer.from(one.buffer), Buffer.from(prepared.at(many).jacobian.buffer)),
  ).toBe(0)
  const later = await prepared.atAsync(many)
  expect(Buffer.compare(Buffer.from(one.buffer), Buffer.from(later.jacobian.buffer))).toBe(0)
})

test('a linear map has the columns and rows of the matrix', () => {
  const at = { r: 1, t: 0.5, p: 0.1 }
  const matrix = exact(1, 0.5, 0.1)
  const operator = jacobian(spherical).operator(at)
  near(
    operator.column(1),
    [1, 4, 7].map(i => matrix[i] ?? 0),
  )
  near(operator.row(2), matrix.slice(6))
  near(
    linearize(spherical).at(at).jvp({ r: 0, t: 1, p: 0 }),
    [1, 4, 7].map(i => matrix[i] ?? 0),
  )
  expect(() => operator.column(3)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
})

test('normal equations are those of the stored Jacobian', async () => {
  const inputs = { a: [2], b: [], x: { shape: [], fixed: true } }
  const residuals = record(inputs, ({ a, b, x }) => ({
    first: a.at(0).mul(x).sub(b.sin()),
    second: stack([a.at(1).mul(b).mul(x), x.exp().sub(a.at(0))]),
  }))
  const x = Float64Array.from({ length: 3000 }, (_, i) => Math.sin(i))
  const points = { a: { shared: [0.5, -2] }, b: { shared: 0.25 }, x }
  const prepared = jacobian(residuals)
  const { value: r, jacobian: j } = prepared.at(points)
  const [wanted, gradient, normal] = [[0], [0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0]]
  const add = (sums: number[], i: number, term: number) => {
    sums[i] = (sums[i] ?? 0) + term
  }
  for (let k = 0; k < 9000; k++) {
    const [point, i] = [Math.floor(k / 3), k % 3]
    const residual = (i === 0 ? r.first[point] : r.second[2 * point + i - 1]) ?? 0
    const row = [...j.subarray(3 * k, 3 * k + 3)]
    add(wanted, 0, residual ** 2 / 2)
    row.forEach((x, c) => {
      add(gradient, c, x * residual)
      row.forEach((y, d) => {
        add(normal, 3 * c + d, x * y)
      })
    })
  }
  const close = (came: Float64Array, sums: readonly number[]) => {
    expect(came).toHaveLength(sums.length)
    came.forEach((x, i) => {
      const sum = sums[i] ?? Number.NaN
      expect(Math.abs(x - sum)).toBeLessThan(1e-12 * (1 + Math.abs(sum)))
    })
  }
  const result = prepared.at(points, { reduce: 'normal' })
  close(result.value, wanted)
  close(result.gradient, gradient)
  close(result.normal, normal)
  expect(await prepared.atAsync(points, { reduce: 'normal' })).toEqual(result)
  const out = { normal: new Float64Array(9) }
  const { normal: written, gradient: none } = prepared.at(points, { reduce: 'normal', out })
  expect([written, none]).toEqual([out.normal, undefined])
  expect(written).toBe(out.normal)
  expect(prepared.at(points, { reduce: 'normal', value: false })).not.toHaveProperty('value')
  const indexed = { ...points, a: { data: [1, 2], index: new Int32Array(3000) } }
  expect(() => prepared.at(indexed, { reduce: 'normal' })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', argument: 'inputs.a' }),
  )
  expect(() =>
    prepared.at(points, { reduce: 'normal', out: { normal: new Float64Array(3) } }),
  ).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH', argument: 'out.normal' }))
  prepared.dispose()
  expect(() => prepared.at(points, { reduce: 'normal' })).toThrow(
    expect.objectContaining({ code: 'DISPOSED' }),
  )
})

test('an order or input that there is not is refused', () => {
  expect(() => jacobian(spherical, { wrt: ['q'] })).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_NAME' }),
  )
  expect(() => setThreads(0)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  expect(() => setThreads(1e9)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
})
