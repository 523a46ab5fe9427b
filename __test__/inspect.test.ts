/** What `console.log` shows of the library's objects. */
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import {
  ChainruleError,
  chain,
  grad,
  jacobian,
  linearize,
  prepare,
  record,
  stages,
} from '../src/index.js'

const f = record({ x: [2], w: { shape: [2], fixed: true } }, ({ x, w }) => ({
  y: x.mul(w),
  z: x.sum(),
}))

test('tapes say what they take and give', () => {
  expect(inspect(f)).toBe('Tape (x: [2], w: [2]) -> (y: [2], z: []), 4 nodes')
  expect(inspect(grad(record([[]], x => x.sin())))).toBe(
    'Tape (0: []) -> (value: [], gradient: []), 3 nodes',
  )
})

test('programs say what they run', () => {
  expect(inspect(prepare(f))).toBe(
    'Program of Tape (x: [2], w: [2]) -> (y: [2], z: []), 4 nodes, 4 multiply-adds',
  )
})

test('Jacobians say their order and cost', () => {
  expect(inspect(jacobian(f, { order: 'reverse' }))).toMatch(
    /^Jacobian 3 x 2 of Tape \(x: \[2\], w: \[2\]\) -> \(y: \[2\], z: \[\]\), 4 nodes, reverse mode: 3 sweeps, \d+ multiply-adds$/,
  )
})

test('linear maps say their sizes', () => {
  const point = { x: [1, 2], w: [3, 4] }
  const text = 'Operator 3 x 2 at a point of Tape (x: [2], w: [2]) -> (y: [2], z: []), 4 nodes'
  expect(inspect(jacobian(f).operator(point))).toBe(text)
  expect(inspect(linearize(f).at(point))).toBe(text)
  expect(inspect(linearize(f))).toBe(
    'Linearization of Tape (x: [2], w: [2]) -> (y: [2], z: []), 4 nodes',
  )
})

test('chains say their widths', () => {
  const inner = record([[2]], x => x.sin().sum())
  const outer = record([[]], y => y.exp())
  expect(inspect(chain([inner, outer]))).toBe('Chain of 2 stages, widths 2, 1, 1')
  expect(inspect(stages(inner))).toMatch(/^Chain of \d stages, widths 2(, \d)+$/)
})

test('results are plain objects of arrays, in the form of the function', () => {
  const { value, jacobian: matrix } = jacobian(f).at({ x: [1, 2], w: [3, 4] })
  expect(inspect(value)).toBe('{ y: Float64Array(2) [ 3, 8 ], z: Float64Array(1) [ 3 ] }')
  expect(inspect(matrix)).toBe('Float64Array(6) [ 3, 0, 0, 4, 1, 1 ]')
})

test('variables show their shape, also inside of what the user logs', () => {
  const seen: string[] = []
  record([[2, 3]], x => {
    seen.push(inspect(x), inspect({ x }), `${x}`)
    return x
  })
  expect(seen).toEqual(['Var %0 [2, 3]', '{ x: Var %0 [2, 3] }', 'Var %0 [2, 3]'])
})

test('errors show their code and argument', () => {
  const error = new ChainruleError('NOT_SCALAR', 'a sentence', 'tape')
  expect(inspect(error)).toMatch(
    /^ChainruleError: a sentence[\s\S]*code: 'NOT_SCALAR',\s*argument: 'tape'/,
  )
})
