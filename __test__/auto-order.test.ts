/** Jacobians in the order 'auto': by time where this machine is known, else by multiply-adds, and never planned again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import {
  calibrate,
  chain,
  constant,
  jacobian,
  loadCalibration,
  plan,
  record,
  stages,
} from '../src/index.js'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-auto-'))
const file = join(folder, 'calibration.json')

beforeEach(() => {
  process.env['CHAINRULE_CALIBRATION'] = file
  rmSync(file, { force: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const layer = (inputs: number, outputs: number) => {
  const weights = Float64Array.from({ length: inputs * outputs }, (_, i) => Math.sin(i + outputs))
  return record([[inputs]], x => constant(weights, [outputs, inputs]).dot(x).tanh())
}
const net = chain([layer(70, 4), layer(4, 72), layer(72, 66)])
const point = Float64Array.from({ length: 70 }, (_, i) => Math.cos(i))

/** The next warning of the process. */
const warned = () => new Promise<Error>(resolve => process.once('warning', resolve))

test('time counts where the machine was calibrated, and a prepared Jacobian keeps its plan', async () => {
  const before = jacobian(net)
  expect(before.plan.objective).toBe('flops')
  const model = await calibrate({ quick: true, threads: 1 })
  const known = jacobian(net)
  expect(known.plan.objective).toBe('time')
  expect(known.plan.toJSON()).toEqual(plan(net, { objective: 'time', costModel: model }).toJSON())
  expect(known.plan.toJSON()).toEqual(jacobian(net, { costModel: model }).plan.toJSON())
  expect(before.plan.objective).toBe('flops')
  const [one, other] = [known, before].map(each => each.at(point).jacobian)
  one?.forEach((x, i) => {
    expect(x).toBeCloseTo(other?.[i] ?? Number.NaN, 12)
  })

  writeFileSync(file, '{')
  const said = warned()
  expect(jacobian(net).plan.objective).toBe('flops')
  expect((await said).message).toContain('is damaged')
  // Once is enough.
  const more: Error[] = []
  const listen = (warning: Error) => more.push(warning)
  process.on('warning', listen)
  jacobian(net)
  await new Promise(resolve => setTimeout(resolve, 20))
  process.off('warning', listen)
  expect(more).toEqual([])
  expect(known.plan.objective).toBe('time')

  await calibrate({ quick: true, threads: 1 })
  expect(jacobian(net).plan.objective).toBe('time')
}, 60_000)

test('a cost model that is given is what is planned by', () => {
  const { model } = loadCalibration()
  const prepared = jacobian(net, { costModel: model })
  expect(prepared.plan.objective).toBe('time')
  expect(prepared.plan.toJSON()).toEqual(plan(net, { objective: 'time' }).toJSON())
  // The same chain, cut out of one tape.
  const again = jacobian(net.tape, { costModel: model })
  expect(again.shape).toEqual([66, 70])
  expect(again.at(point).jacobian).toHaveLength(66 * 70)
  expect(stages(net.tape).length).toBeGreaterThan(3)
})

test('planning by time says what is wrong with a calibration, too', async () => {
  writeFileSync(file, 'nonsense')
  const said = warned()
  expect(plan(net, { objective: 'time' }).objective).toBe('time')
  expect(await said).toMatchObject({ code: 'CHAINRULE_CALIBRATION' })
})

test.each([
  ['INVALID_ARGUMENT', { order: 'forward', costModel: loadCalibration().model }],
  ['INVALID_COST_MODEL', { costModel: { ...loadCalibration().model, speeds: [] } }],
  ['INVALID_COST_MODEL', { costModel: { ...loadCalibration().model, version: 9 } }],
  ['PARSE_ERROR', { costModel: { fast: true } }],
])('refuses with %s', (code, options) => {
  expect(() => jacobian(net, Object(options))).toThrow(expect.objectContaining({ code }))
})
