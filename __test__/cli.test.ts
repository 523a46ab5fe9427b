/** The command line as a user runs it: `plan`, `info`, help and exit codes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { constant, features, Plan, plan, record, version } from '../src/index.js'
import { cli, cliWith, file, folder, said } from './fixtures/command-line.js'

const neck = '512 512 512 8 512 512 512'.split(' ')
const widths = neck.map(Number)
const problem = {
  stages: widths.slice(1).map((outputs, i) => {
    return { inputs: widths[i] ?? 0, outputs, jacobian: 'given' as const }
  }),
  batch: 64,
}

test('plans widths', () => {
  const lines = said('plan', ...neck, '--batch', '64').split('\n')
  expect(lines[0]).toMatch(/^order +\[\[0,\[1,2\]\],\[\[3,4\],5\]\]$/)
  expect(lines[1]).toMatch(/^certificate +optimal for flops/)
  expect(lines[2]).toMatch(/^multiply-adds +671088640$/)
})

test('explains, and draws', () => {
  const best = plan(problem)
  expect(said('plan', ...neck, '--batch', '64', '--explain')).toContain(best.explain())
  const graphs = said('plan', ...neck, '--batch', '64', '--dot', '--mermaid')
  expect(graphs).toBe(`${best.toDot()}\n${best.toMermaid()}`)
})

test('plans the file of a problem, and prints JSON that comes back', () => {
  const path = file('problem.json', JSON.stringify(problem))
  const read = Plan.parse(said('plan', path, '--json'))
  expect(read.toJSON()).toEqual(plan(problem).toJSON())
  expect(Plan.parse(said('plan', path, '--json', '--batch', '3')).cost).toBe(
    plan({ ...problem, batch: 3 }).cost,
  )
})

test('plans the file of a tape', () => {
  const weights = Float64Array.from({ length: 280 }, (_, i) => Math.sin(i))
  const layer = (m: number, n: number) => constant(weights.slice(0, m * n), [m, n])
  const tape = record([[70]], x => layer(70, 4).dot(layer(4, 70).dot(x).tanh()).tanh())
  for (const content of [tape.toString(), tape.serialize()]) {
    const read = Plan.parse(said('plan', file('net.tape', content), '--json'))
    expect(read.toJSON()).toEqual(plan(tape).toJSON())
  }
})

test('takes objectives, limits and threads', () => {
  const least = plan(problem, { objective: 'memory' })
  expect(said('plan', ...neck, '--batch', '64', '-o', 'memory')).toMatch(
    new RegExp(`^peak memory +${least.peakMemory} bytes$`, 'm'),
  )
  expect(said('plan', ...neck, '-o', 'criticalPath', '-t', '2')).toMatch(
    /^schedule +6291456 on 2 threads$/m,
  )
  expect(said('plan', ...neck, '-o', 'time')).toMatch(/^predicted +[\d.]+ ms$/m)
  expect(said('plan', '9', '9', '9', '--method', 'intervalProgram')).toContain('729')
})

test('says what is installed', () => {
  expect(said('info')).toMatch(new RegExp(`^version +${version}$`, 'm'))
  const { simd, engine, threads } = features()
  expect(JSON.parse(said('info', '--json'))).toMatchObject({ version, simd, engine, threads })
  expect(said('--version')).toBe(`${version}\n`)
  expect(said('--help')).toMatch(/plan.*\n(.*\n)*.*compare.*\n(.*\n)*.*info/)
  expect(said('plan', '--help')).toContain('chainrule plan 512')
})

test('calibrates, and plans by time with the result', () => {
  const kept = join(folder, 'kept.json')
  const quick = (...more: string[]) => {
    return cliWith({ CHAINRULE_CALIBRATION: kept }, 'calibrate', '--quick', '-t', '1', ...more)
  }
  const { status, stdout, stderr } = quick()
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^threads +best product, Gflop\/s +traffic, GB\/s\n+1 +[\d.]+ +[\d.]+$/m)
  const model = JSON.parse(quick('--json').stdout)
  expect(model.speeds).toHaveLength(1)
  const { stdout: info } = cliWith({ CHAINRULE_CALIBRATION: kept }, 'info', '--json')
  expect(JSON.parse(info).calibration).toBe(model.machine)
}, 60_000)

test('ends with 1 where the library refuses, with a code and no trace', () => {
  const ends = (wanted: RegExp, ...args: string[]) => {
    const { status, stdout, stderr } = cli(...args)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(wanted)
    expect(stderr).not.toMatch(/^ +at /m)
  }
  ends(/^INFEASIBLE_MEMORY: .* at least \d+ bytes/, 'plan', ...neck, '--memory', '100')
  ends(/^ZERO_SIZE: /, 'plan', '9', '9', '--batch', '0')
  ends(/^INVALID_ARGUMENT: stages\[0\]\.inputs /, 'plan', '99999999999', '9')
  ends(/^INVALID_ARGUMENT: threads /, 'plan', '9', '9', '--threads', '2')
  ends(/^METHOD_MISMATCH: /, 'plan', '9', '9', '--method', 'chin')
  ends(/^COST_OVERFLOW: /, 'plan', '1048576', '1048576', '1048576')
  ends(/no such file/, 'plan', join(folder, 'missing.json'))
  ends(/must hold JSON/, 'plan', file('broken.json', '{ "stages": ['))
  ends(/^EMPTY_CHAIN: /, 'plan', file('empty.json', '{ "stages": [] }'))
  ends(/^UNKNOWN_NAME: /, 'plan', file('odd.json', '{ "stages": [], "bach": 2 }'))
  ends(/^INVALID_ARGUMENT: stages /, 'plan', file('none.json', '{}'))
  ends(/^INVALID_TEXT: /, 'plan', file('words.txt', 'no tape'))
  ends(/^INVALID_BYTES: /, 'plan', file('bytes.tape', Uint8Array.of(1, 2, 3)))
})

test('ends with 2 for bad usage', () => {
  const ends = (wanted: RegExp, ...args: string[]) => {
    const { status, stdout, stderr } = cli(...args)
    expect([status, stdout, args]).toEqual([2, '', args])
    expect(stderr).toMatch(wanted)
  }
  ends(/missing required argument/, 'plan')
  ends(/two or more/, 'plan', '5')
  ends(/one is x/, 'plan', '5', 'x')
  ends(/one is -5|unknown option/, 'plan', '5', '-5')
  ends(/whole number/, 'plan', '5', '5', '--batch', '1.5')
  ends(/Allowed choices/, 'plan', '5', '5', '--objective', 'speed')
  ends(/cannot be used with/, 'plan', '5', '5', '--json', '--dot')
  ends(/unknown option/, 'plan', '5', '5', '--loud')
  ends(/unknown command/, 'planning')
})

test('the command is named in package.json', () => {
  const { bin } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  expect(bin).toEqual({ chainrule: 'dist/cli.mjs' })
})
