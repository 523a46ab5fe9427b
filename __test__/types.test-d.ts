/** What the compiler knows: forms of inputs and results, through every transform. */
import { expectTypeOf, test } from 'vitest'
import {
  type ChainruleError,
  chain,
  type ErrorCode,
  grad,
  hessianTape,
  hvp,
  jacobian,
  jacobianTape,
  jvp,
  type NormalResult,
  prepare,
  record,
  stack,
  type Tape,
  type Var,
  vjp,
  vmap,
} from '../src/index.js'

const listed = record([[2], []], (x, y) => x.mul(y))
const named = record({ x: [2], w: { shape: [2], fixed: true } }, ({ x, w }) => ({
  y: x.mul(w),
  z: [x.sum(), w.sum()],
}))
const scalar = record({ x: [2], w: { shape: [2], fixed: true } }, ({ x, w }) => x.dot(w))

test('variables come as inputs are declared', () => {
  record([[2], []], (x, y) => {
    expectTypeOf(x).toEqualTypeOf<Var>()
    expectTypeOf(y).toEqualTypeOf<Var>()
    return x
  })
  record({ a: [2] }, vars => {
    expectTypeOf(vars).toEqualTypeOf<{ a: Var }>()
    return vars.a
  })
  // @ts-expect-error: there is one input
  record([[2]], (x, y) => x.mul(y))
  // @ts-expect-error: there is no b
  record({ a: [2] }, ({ b }) => b)
})

test('layouts are kept', () => {
  expectTypeOf(listed).toEqualTypeOf<Tape<['array', 'array'], 'array'>>()
  expectTypeOf(named.layout.inputs).toEqualTypeOf<{ x: 'array'; w: 'fixed' }>()
})

test('results have the form that the function returned', () => {
  expectTypeOf(prepare(listed).call([1, 2], 3)).toEqualTypeOf<Float64Array>()
  const result = prepare(named).batch({ x: [1, 2], w: { shared: [3, 4] } })
  expectTypeOf(result.y).toEqualTypeOf<Float64Array>()
  expectTypeOf(result.z[1]).toEqualTypeOf<Float64Array>()
  // @ts-expect-error: there is no q
  result.q
  expectTypeOf(prepare(named).batchAsync({ x: [1, 2], w: [3, 4] })).resolves.toEqualTypeOf<
    typeof result
  >()
})

test('inputs are those of the function', () => {
  const program = prepare(named)
  program.call({ x: [1, 2], w: new Float64Array(2) })
  program.batch({ x: { data: [1, 2], index: Int32Array.of(0) }, w: { shared: [1, 2] } })
  // @ts-expect-error: w is missing
  program.call({ x: [1, 2] })
  // @ts-expect-error: words are no numbers
  program.call({ x: ['1', '2'], w: [1, 2] })
  // @ts-expect-error: an index needs data
  program.batch({ x: { index: [0] }, w: [1, 2] })
  // @ts-expect-error: two inputs, not three
  prepare(listed).call([1, 2], 3, 4)
})

test('gradients leave out what is fixed', () => {
  const { value, gradient } = prepare(grad(scalar)).call({ x: [1, 2], w: [3, 4] })
  expectTypeOf(value).toEqualTypeOf<Float64Array>()
  expectTypeOf(gradient).toEqualTypeOf<{ x: Float64Array }>()
  const list = prepare(grad(record([[], []], (x, y) => x.mul(y)))).call(1, 2)
  expectTypeOf(list.gradient).toEqualTypeOf<[Float64Array, Float64Array]>()
  const alone = prepare(grad(record([[2]], x => x.sum()))).call([1, 2])
  expectTypeOf(alone.gradient).toEqualTypeOf<Float64Array>()
})

test('transforms nest', () => {
  const one = record([[2]], x => x.sin().sum())
  const second = prepare(jvp(grad(one))).call({ x: [1, 2], x_dot: [1, 0] })
  expectTypeOf(second.tangent.gradient).toEqualTypeOf<Float64Array>()
  expectTypeOf(
    prepare(vjp(one)).call({ x: [1, 2], y_bar: 1 }).adjoint,
  ).toEqualTypeOf<Float64Array>()
  expectTypeOf(prepare(hessianTape(one)).call([1, 2]).hessian).toEqualTypeOf<Float64Array>()
  expectTypeOf(prepare(jacobianTape(one)).call([1, 2]).jacobian).toEqualTypeOf<Float64Array>()
  expectTypeOf(hvp(one).layout.result.hvp).toEqualTypeOf<'array'>()
  expectTypeOf(vmap(named, { entries: 3 })).toEqualTypeOf<typeof named>()
  // @ts-expect-error: an order there is not
  jacobianTape(one, 'sideways')
})

test('Jacobians say what they give', () => {
  const prepared = jacobian(named, { order: 'forward', wrt: ['x'] })
  const points = { x: [1, 2], w: [3, 4] }
  const { value, jacobian: matrix } = prepared.at(points)
  expectTypeOf(value.z[0]).toEqualTypeOf<Float64Array>()
  expectTypeOf(value.y).toEqualTypeOf<Float64Array>()
  expectTypeOf(matrix).toEqualTypeOf<Float64Array>()
  expectTypeOf(prepared.at(points, { reduce: 'normal' })).toEqualTypeOf<NormalResult>()
  expectTypeOf(
    prepared.atAsync(points, { reduce: 'normal' }),
  ).resolves.toEqualTypeOf<NormalResult>()
  expectTypeOf(prepared.atAsync(points)).resolves.toHaveProperty('jacobian')
  // @ts-expect-error: an order there is not
  jacobian(named, { order: 'up' })
  // @ts-expect-error: a reduction there is not
  prepared.at(points, { reduce: 'max' })
  // @ts-expect-error: brackets are pairs
  jacobian(named, { order: [0, 1, 2] })
})

test('what can be disposed of can be used', () => {
  using tape = record([[2]], x => x.sum())
  using program = prepare(tape)
  using prepared = jacobian(tape)
  using composed = chain([tape])
  expectTypeOf(program.dispose).toEqualTypeOf<() => void>()
  expectTypeOf(prepared.shape).toEqualTypeOf<readonly [number, number]>()
  expectTypeOf(composed.length).toBeNumber()
})

test('operands are variables and numbers', () => {
  record([[2]], x => {
    expectTypeOf(x.add(1)).toEqualTypeOf<Var>()
    expectTypeOf(stack([x.sum(), 1])).toEqualTypeOf<Var>()
    // @ts-expect-error: a word is no operand
    x.add('1')
    // @ts-expect-error: lists become variables by `constant`
    x.add([1, 2])
    // @ts-expect-error: the exponent of `powi` is needed
    x.powi()
    return x
  })
})

test('errors have a code', () => {
  expectTypeOf<ChainruleError['code']>().toEqualTypeOf<ErrorCode>()
  expectTypeOf<'NOT_SCALAR'>().toExtend<ErrorCode>()
  expectTypeOf<'NOT_A_CODE'>().not.toExtend<ErrorCode>()
})
