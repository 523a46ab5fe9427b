/** Orders of multiplying Jacobians side by side, in the library and on the command line. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type Comparison,
  chain,
  compare,
  compareAsync,
  constant,
  jacobian,
  type Problem,
  type ProblemStage,
  record,
} from '../src/index.js'
import { cli, file, folder } from './fixtures/command-line.js'

const given = (widths: readonly number[]): ProblemStage[] =>
  widths.slice(1).map((outputs, i) => ({ inputs: widths[i] ?? 0, outputs, jacobian: 'given' }))
const bottleneck = { stages: given([512, 512, 512, 8, 512, 512, 512]), batch: 64 } as const
const small = { stages: given([70, 66, 4, 68, 80]), batch: 3 } as const

const weights = (m: number, n: number, k: number) =>
  constant(
    Float64Array.from({ length: m * n }, (_, i) => Math.sin(i + k) / n),
    [m, n],
  )
const layer = (n: number, m: number, k: number) =>
  record([[n]], x => weights(m, n, k).dot(x).tanh())
const net = chain([layer(70, 5, 1), layer(5, 80, 2), layer(80, 66, 3)])

const cost = (comparison: Comparison, name: string) =>
  comparison.row(name)?.cost ?? Number.POSITIVE_INFINITY

test('the bottleneck takes 51.6 times as many multiply-adds by forward mode', () => {
  const comparison = compare(bottleneck)
  const ratio = cost(comparison, 'forward') / cost(comparison, 'optimal by flops')
  expect(ratio).toBeCloseTo(51.6, 1)
  expect(comparison.winner.bracketing).toBe('[[0, [1, 2]], [[3, 4], 5]]')
  expect(comparison.why).toMatch(/^Forward and reverse take 51\.6 times .* neck of 8/)
  expect(`${comparison}`).toContain(comparison.why)
  expect(comparison.rows.length).toBeGreaterThan(42)
  expect(comparison.evaluation).toBe(64 * (4 * 512 * 512 + 2 * 8 * 512))
})

test('every order of a problem that is run gives the same', () => {
  const comparison = compare(small, { measure: 'everything', seconds: 0, threads: 2 })
  for (const { measured, names } of comparison.rows) {
    expect(measured?.difference, names[0]).toBeLessThan(1e-12)
    expect(measured?.min).toBeGreaterThan(0)
  }
  expect(comparison.rows.filter(row => row.measured?.reference)).toHaveLength(1)
  expect(comparison.winner.measured?.slower).toBeNull()
  expect(comparison.noise?.min).toBeGreaterThanOrEqual(0)
  expect(comparison.machine.threads).toBe(2)
})

test('orders of a chain are run at the points that are given', () => {
  const points = Float64Array.from({ length: 3 * 70 }, (_, i) => Math.cos(i))
  const orders = { mine: [0, [1, 2]], backward: 'reverse' } as const
  const comparison = compare(net, { measure: true, seconds: 0, points, orders })
  expect(comparison.batch).toBe(3)
  expect(comparison.row('backward')).toBe(comparison.row('reverse'))
  expect(comparison.row('mine')?.bracketing).toBe('[0, [1, 2]]')
  for (const { measured } of comparison.rows.filter(row => row.measured !== undefined)) {
    expect(measured?.difference).toBeLessThan(1e-12)
  }
  expect(() => compare(net, { points, batch: 2, measure: true })).toThrow(
    expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
  )
})

test('what one point has, and rows of a table, are rows for every point', () => {
  const f = record([[2], [2]], (x, y) => x.mul(y).sin())
  const index = [1, 0, 1]
  const points = [{ shared: [1, 2] }, { data: [1, 2, 3, 4], index }] as const
  const comparison = compare(f, { points, measure: true, seconds: 0 })
  expect(comparison.batch).toBe(3)
  const wild = [{ shared: [1, 2] }, { data: [1, 2, 3, 4], index: [2, 0, 1] }] as const
  expect(() => compare(f, { points: wild })).toThrow(
    expect.objectContaining({ argument: 'points' }),
  )
})

test('the plan of a row is an order of a Jacobian', () => {
  const plan = compare(net).winner.plan
  expect(jacobian(net, { order: plan }).order).toBe('planned')
  expect(() => jacobian(net, { order: plan, batch: 63 })).toThrow(
    expect.objectContaining({ code: 'PLAN_MISMATCH' }),
  )
})

test('a comparison is data, a page and graphs', () => {
  const comparison = compare(small)
  const data = JSON.parse(JSON.stringify(comparison))
  expect(data.rows.map((row: { cost: number }) => row.cost)).toEqual(
    comparison.rows.map(row => row.cost),
  )
  expect(data.rows[0].plan.steps.length).toBe(comparison.rows[0]?.steps.length)
  expect(comparison.toHTML()).toMatch(/^<!doctype html>/)
  expect(comparison.toDot()).toMatch(/^digraph/)
  expect(comparison.toMermaid(comparison.rows[0])).toMatch(/^flowchart/)
  expect(() => compare(small).toDot(comparison.rows[0])).toThrow(
    expect.objectContaining({ argument: 'row' }),
  )
})

test('a comparison on another thread can be watched and stopped', async () => {
  const shares: number[] = []
  const options = { measure: true, seconds: 0.3, onProgress: (share: number) => shares.push(share) }
  const comparison = await compareAsync(small, options)
  expect(comparison.winner.cost).toBe(compare(small).winner.cost)
  expect(shares.length).toBeGreaterThan(0)
  expect(Math.max(...shares)).toBeLessThanOrEqual(1)
  const controller = new AbortController()
  const running = compareAsync(bottleneck, { measure: true, signal: controller.signal })
  setTimeout(() => controller.abort(new Error('enough')), 50)
  await expect(running).rejects.toThrow('enough')
}, 60_000)

test('what cannot be compared is refused, with words', async () => {
  const refused = (of: unknown, options: unknown, code: string, argument?: string) => {
    const wanted = argument === undefined ? { code } : { code, argument }
    expect(() => compare(of as Problem, options as object)).toThrow(expect.objectContaining(wanted))
  }
  refused({ stages: [] }, {}, 'EMPTY_CHAIN')
  refused({ stages: given([2, 3]).concat(given([4, 5])) }, {}, 'STAGE_MISMATCH')
  refused({ stages: given([2, 1.5]) }, {}, 'INVALID_ARGUMENT')
  refused({ stages: [{ inputs: 0, outputs: 1 }] }, {}, 'ZERO_SIZE')
  refused(7, {}, 'INVALID_ARGUMENT', 'of')
  refused(small, { batch: 0 }, 'INVALID_ARGUMENT', 'batch')
  refused(small, { memory: -1 }, 'INVALID_ARGUMENT', 'memory')
  refused(small, { memory: 1000 }, 'INFEASIBLE_MEMORY', 'memory')
  refused(small, { measured: true }, 'UNKNOWN_NAME')
  refused(small, { measure: 'all' }, 'INVALID_ARGUMENT', 'measure')
  refused(small, { points: [1] }, 'INVALID_ARGUMENT', 'points')
  refused(small, { seconds: -1 }, 'INVALID_ARGUMENT', 'seconds')
  refused(
    small,
    {
      orders: {
        wrong: [
          [0, 2],
          [1, 3],
        ],
      },
    },
    'NOT_A_BRACKETING',
  )
  refused(small, { orders: { wrong: compare(net).winner.plan } }, 'PLAN_MISMATCH')
  refused(small, { costModel: {} }, 'PARSE_ERROR')
  refused({ stages: [{ inputs: 5, outputs: 5 }] }, { measure: true }, 'INVALID_ARGUMENT', 'measure')
  const wide = 4e9
  const square = { inputs: wide, outputs: wide, jacobian: 'given' } as const
  refused({ stages: [square, square] }, {}, 'COST_OVERFLOW')
  await expect(compareAsync(small, { batch: 0 })).rejects.toThrow(/batch/)
})

test('the command line compares widths and tapes', () => {
  const page = join(folder, 'page.html')
  const { status, stdout, stderr } = cli('compare', '70', '66', '4', '68', '--html', page)
  expect([status, stderr]).toEqual([0, `${page} written\n`])
  expect(stdout).toMatch(/^ \* .*\n +optimal by flops/m)
  expect(stdout).not.toContain('\u001b')
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/)
  for (const [name, content] of [
    ['text.tape', net.tape.toString()],
    ['bytes.tape', net.tape.serialize()],
  ] as const) {
    const path = file(name, content)
    const { stdout } = cli('compare', path, '--json', '--batch', '3', '--measure', '--seconds', '0')
    const data = JSON.parse(stdout)
    expect(data.batch).toBe(3)
    expect(data.rows[data.winner].measured.min).toBeGreaterThan(0)
  }
}, 60_000)

test('the command line ends with 1 where the library refuses, and with 2 for bad usage', () => {
  const ends = (status: number, said: RegExp, ...args: string[]) => {
    const ended = cli(...args)
    expect([ended.status, ended.stdout, args]).toEqual([status, '', args])
    expect(ended.stderr).toMatch(said)
  }
  ends(1, /^INFEASIBLE_MEMORY: .* at least \d+ bytes/, 'compare', '9', '9', '9', '--memory', '8')
  ends(1, /^ZERO_SIZE|^INVALID_ARGUMENT/, 'compare', '5', '5', '--batch', '0')
  ends(1, /no such file/, 'compare', join(folder, 'missing.tape'))
  ends(2, /two or more/, 'compare', '5')
  ends(2, /one is x/, 'compare', '5', 'x')
  ends(2, /--batch/, 'compare', '5', '5', '--batch', 'many')
  ends(2, /pairs/, 'compare', '5', '5', '--order', 'mine=[0')
  ends(2, /unknown command/, 'comparison')
}, 60_000)
