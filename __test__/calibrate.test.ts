import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { calibrate, features, loadCalibration } from '../src/index.js'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-'))
const file = join(folder, 'kept', 'calibration.json')

beforeEach(() => {
  process.env['CHAINRULE_CALIBRATION'] = file
  rmSync(file, { force: true })
})

afterAll(() => rmSync(folder, { recursive: true }))

test('without a calibration there is the built-in model, and nothing to warn of', () => {
  const { model, source, warning } = loadCalibration()
  expect({ source, warning, machine: model.machine }).toEqual({
    source: 'default',
    warning: undefined,
    machine: 'assumed',
  })
})

test('a calibration is kept, a damaged one is said and replaced', async () => {
  const seen: number[] = []
  let ticks = 0
  const timer = setInterval(() => ticks++, 20)
  const model = await calibrate({ quick: true, onProgress: done => seen.push(done) })
  clearInterval(timer)
  expect(ticks).toBeGreaterThan(20) // the event loop was free
  expect(model.speeds.map(({ threads }) => threads)).toEqual(
    features().threads > 1 ? [1, features().threads] : [1],
  )
  expect(seen.length).toBeGreaterThan(3)
  expect(seen.every((done, i) => done > (seen[i - 1] ?? 0) && done <= 1)).toBe(true)
  expect(loadCalibration()).toEqual({ model, source: 'measured' })

  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.slice(0, text.length / 2))
  const damaged = loadCalibration()
  expect(damaged.source).toBe('default')
  expect(damaged.warning).toContain('is damaged')

  writeFileSync(file, text.replace(model.machine, 'another machine'))
  expect(loadCalibration().warning).toContain('another machine')

  const again = await calibrate({ quick: true, threads: 1 })
  expect(again.speeds).toHaveLength(1)
  expect(loadCalibration()).toEqual({ model: again, source: 'measured' })
}, 60_000)

test('what cannot be kept is measured all the same, with a warning', async () => {
  writeFileSync(join(folder, 'no-folder'), '')
  process.env['CHAINRULE_CALIBRATION'] = join(folder, 'no-folder', 'calibration.json')
  const warned = new Promise<Error>(resolve => process.once('warning', resolve))
  const model = await calibrate({ quick: true, threads: 1 })
  expect(model.speeds).toHaveLength(1)
  expect((await warned).message).toContain('could not be saved')
}, 60_000)

test('a calibration can be stopped, and then keeps nothing', async () => {
  const controller = new AbortController()
  const call = calibrate({ signal: controller.signal, onProgress: () => controller.abort() })
  await expect(call).rejects.toThrow('aborted')
  await expect(calibrate({ signal: controller.signal })).rejects.toBe(controller.signal.reason)
  expect(loadCalibration().source).toBe('default')
}, 60_000)

test.each([
  ['INVALID_ARGUMENT', { threads: 0 }],
  ['INVALID_ARGUMENT', { threads: 2000 }],
  ['INVALID_ARGUMENT', { threads: '2' }],
  ['INVALID_ARGUMENT', { quick: 1 }],
  ['INVALID_ARGUMENT', { onProgress: 'loud' }],
  ['UNKNOWN_NAME', { fast: true }],
])('refuses with %s: %o', async (code, options) => {
  await expect(calibrate(Object(options))).rejects.toMatchObject({ code })
})
