/** `chainrule jacobian` as a user runs it. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { constant, jacobian, Plan, record } from '../src/index.js'
import { file, folder, cli as run, said as saidBy } from './fixtures/command-line.js'

const cli = (...args: string[]) => run('jacobian', ...args)
const said = (...args: string[]) => saidBy('jacobian', ...args)

const product = record({ x: [], y: [2] }, ({ x, y }) => {
  return { p: x.mul(y), s: y.sum() }
})
const tape = file('product.tape', product.toString())
// p = x y, s = y_0 + y_1 at x = 2, y = (3, 5).
const at235 = [
  [3, 2, 0],
  [5, 0, 2],
  [0, 1, 1],
]

test('prints the plan in use and the matrix at a point', () => {
  const lines = said(tape, '--at', '2,3,5').split('\n')
  expect(lines[0]).toMatch(/^Jacobian +3 x 3$/)
  expect(lines).toContain('point 0')
  const rows = lines.slice(-4, -1).map(line => line.trim().split(/ +/).map(Number))
  expect(rows).toEqual(at235)
  expect(said(tape)).not.toContain('point 0')
})

test('prints JSON, with points by number and by name', () => {
  const points = file('points.txt', '2 3 5\n-1, 0.5, 7\n')
  const named = file('points.json', '{ "x": [2, -1], "y": [3, 5, 0.5, 7] }')
  const { points: found, ...rest } = JSON.parse(said(tape, '--points', points, '--json'))
  expect(JSON.parse(said(tape, '--points', named, '--json')).points).toEqual(found)
  expect(found).toHaveLength(2)
  expect(found[0]).toEqual({ value: { p: [6, 10], s: [8] }, jacobian: at235 })
  expect(found[1].jacobian[0]).toEqual([0.5, -1, 0])
  const prepared = jacobian(product)
  const { order, sweeps, cost, shape } = prepared
  expect(rest).toMatchObject({ order, sweeps, cost, shape })
  expect(Plan.parse(JSON.stringify(rest.plan)).toJSON()).toEqual(prepared.plan.toJSON())
  const one = JSON.parse(said(tape, '--at', '[2, [3, 5]]', '--json'))
  expect(one.points[0].jacobian).toEqual(at235)
})

test('takes orders, inputs and what they share', () => {
  const weights = Float64Array.from({ length: 280 }, (_, i) => Math.sin(i))
  const layer = (m: number, n: number) => constant(weights.slice(0, m * n), [m, n])
  const net = record([[70]], x => layer(70, 4).dot(layer(4, 70).dot(x).tanh()).tanh())
  const bytes = file('net.tape', net.serialize())
  expect(said(bytes)).toMatch(/^mode +planned$/m)
  expect(said(bytes, '--order', 'forward')).toMatch(/^sweeps +70$/m)
  const order = JSON.stringify(jacobian(net).plan.tree)
  expect(said(bytes, '--order', order)).toContain(order)
  const point = Array.from({ length: 70 }, (_, i) => `${i / 70}`).join(' ')
  const [auto, reverse] = ['auto', 'reverse'].map(order => {
    return JSON.parse(said(bytes, '--at', point, '--order', order, '--json')).points[0].jacobian
  })
  auto.flat().forEach((x: number, i: number) => {
    expect(x).toBeCloseTo(reverse.flat()[i], 12)
  })
  const some = said(tape, '--wrt', 'y', '--at', '[2, [3, 5]]', '--json', '--batch', '3')
  expect(JSON.parse(some).points[0].jacobian).toEqual([
    [2, 0],
    [0, 2],
    [1, 1],
  ])
  const shared = said(
    tape,
    '--shared',
    'x',
    '--points',
    file('s.json', '{"x":2,"y":[3,5,1,1]}'),
    '--json',
  )
  expect(JSON.parse(shared).points.map(({ value }: { value: unknown }) => value)).toEqual([
    { p: [6, 10], s: [8] },
    { p: [2, 2], s: [2] },
  ])
})

test('numbers that JSON has no word for are text', () => {
  const root = file('root.tape', record([[]], x => x.sqrt()).toString())
  const [point] = JSON.parse(said(root, '--at', '0', '--json')).points
  expect(point.jacobian).toEqual([['Infinity']])
})

test('ends with 1 where the library refuses, with 2 for bad usage', () => {
  const ends = (code: number, wanted: RegExp, ...args: string[]) => {
    const { status, stdout, stderr } = cli(...args)
    expect([status, stdout, args]).toEqual([code, '', args])
    expect(stderr).toMatch(wanted)
    expect(stderr).not.toMatch(/^ +at /m)
  }
  ends(1, /^SHAPE_MISMATCH: /, tape, '--at', '2,3')
  ends(1, /^UNKNOWN_NAME: /, tape, '--wrt', 'z')
  ends(1, /^UNKNOWN_NAME: /, tape, '--at', '{ "x": 2, "z": [3, 5] }')
  ends(1, /^NOT_A_BRACKETING: /, tape, '--order', '[[0,1],7]')
  ends(1, /^INVALID_ARGUMENT: /, tape, '--batch', '0')
  ends(1, /^INVALID_TEXT: /, file('words.txt', 'no tape'))
  ends(1, /no such file/, join(folder, 'missing.tape'))
  ends(1, /must be numbers, but one is x/i, tape, '--points', file('bad.txt', '1 x 3'))
  ends(2, /takes the file of a tape/, '512')
  ends(2, /takes the file of a tape/, file('problem.json', '{ "stages": [] }'))
  ends(2, /missing required argument/)
  ends(2, /too many arguments/, tape, tape)
  ends(2, /must be numbers, but one is y/, tape, '--at', '1,y')
  ends(2, /must be numbers, but there is none/, tape, '--at', '')
  ends(2, /must be JSON/, tape, '--at', '[1,')
  ends(2, /An order is auto, forward/, tape, '--order', 'backward')
  ends(2, /cannot be used with/, tape, '--at', '1,2,3', '--points', tape)
})
