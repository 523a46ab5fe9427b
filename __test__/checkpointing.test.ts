/** Checkpointing through the addon: known counts, schedules run on a machine, and what is refused. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CheckpointAction, checkpointing } from '../src/index.js'

/** Runs a schedule on a chain of equal steps: how often a step is run, and the most states that are kept at once. */
function run(steps: number, schedule: readonly CheckpointAction[]) {
  const kept = new Set<number>()
  let [state, left, runs, most] = [0, steps, 0, 0]
  let tape: number | undefined
  for (const action of schedule) {
    switch (action.kind) {
      case 'advance':
        expect(action.from).toBe(state)
        runs += action.to - action.from
        state = action.to
        break
      case 'record':
        expect(action.step).toBe(state)
        runs++
        state++
        tape = action.step
        break
      case 'reverse':
        expect([action.step, tape]).toEqual([left - 1, left - 1])
        left--
        tape = undefined
        break
      case 'storeState':
        expect(action.state).toBe(state)
        kept.add(state)
        break
      case 'restoreState':
        expect(kept).toContain(action.state)
        state = action.state
        break
      case 'discardState':
        expect(kept.delete(action.state)).toBe(true)
        break
      default:
        expect.unreachable(action.kind)
    }
    most = Math.max(most, kept.size)
  }
  expect(left).toBe(0)
  return { runs, most }
}

/** The least extra steps, by the recurrence of Griewank and Walther. */
function least(steps: number, checkpoints: number, known = new Map<string, number>()): number {
  if (steps === 1) return 0
  if (checkpoints === 1) return (steps * (steps - 1)) / 2
  const key = `${steps},${checkpoints}`
  const before = known.get(key)
  if (before !== undefined) return before
  const at = (k: number) => {
    return k + least(k, checkpoints, known) + least(steps - k, checkpoints - 1, known)
  }
  const best = Math.min(...Array.from({ length: steps - 1 }, (_, k) => at(k + 1)))
  known.set(key, best)
  return best
}

test('equal steps are reversed at the binomial count, in the room that was given', () => {
  expect(checkpointing({ steps: 100, checkpoints: 8 }).extraForward).toBe(245)
  const known = new Map<string, number>()
  const check = (steps: number, checkpoints: number) => {
    const { extraForward, schedule, certificate } = checkpointing({ steps, checkpoints })
    expect(certificate.kind).toBe('optimal')
    expect(extraForward).toBe(least(steps, checkpoints, known))
    const { runs, most } = run(steps, schedule)
    expect(runs).toBe(steps + extraForward)
    expect(most).toBeLessThanOrEqual(checkpoints)
  }
  const size = (max: number) => fc.integer({ min: 1, max })
  fc.assert(fc.property(size(60), size(8), check), { seed: 2, numRuns: 150 })
})

test('units that hold states or tapes need no more steps than states alone', () => {
  for (const storage of [1, 2, 5, 9]) {
    const mixed = checkpointing({ steps: 30, storage })
    const states = checkpointing({ steps: 30, checkpoints: storage })
    expect(mixed.extraForward).toBeLessThanOrEqual(states.extraForward)
    expect(mixed.peakMemory).toBeLessThanOrEqual(storage)
  }
})

test('a disk is used where it pays', () => {
  const room = { steps: 40, memoryCheckpoints: 2, diskCheckpoints: 5 }
  const at = (cost: number) => {
    return checkpointing({
      ...room,
      forwardCost: 10,
      adjointCost: 10,
      writeCost: cost,
      readCost: cost,
    })
  }
  expect(at(0).cost).toBeLessThan(at(50).cost)
  expect(at(0).peakDisk).toBeGreaterThan(0)
  const dear = at(100_000)
  expect(dear.peakDisk).toBe(0)
  expect(dear.extraForward).toBe(10 * checkpointing({ steps: 40, checkpoints: 2 }).extraForward)
})

const stage = { forwardCost: 3, adjointCost: 5, stateSize: 2, tapeSize: 7 }
const stages = Array.from({ length: 6 }, () => stage)

test('stages that differ are reversed in a memory, and the smallest one is said', () => {
  const all = checkpointing({ stages, memory: 1000 })
  expect([all.cost, all.extraForward]).toEqual([6 * 8, 0])
  let smallest = 0
  try {
    checkpointing({ stages, memory: 1 })
  } catch (error) {
    expect(error).toMatchObject({ code: 'INFEASIBLE_MEMORY', argument: 'memory' })
    smallest = Number(/at least (\d+)/.exec(String(error))?.[1])
  }
  const tight = checkpointing({ stages, memory: smallest })
  expect(tight.cost).toBeGreaterThan(all.cost)
  expect(tight.peakMemory).toBeLessThanOrEqual(smallest)
  expect(() => checkpointing({ stages, memory: smallest - 1 })).toThrow(`at least ${smallest}`)
})

test.each<[string, string, unknown]>([
  ['ZERO_SIZE', 'steps', { steps: 0, checkpoints: 1 }],
  ['ZERO_SIZE', 'checkpoints', { steps: 1, checkpoints: 0 }],
  ['ZERO_SIZE', 'storage', { steps: 1, storage: 0 }],
  ['EMPTY_CHAIN', 'stages', { stages: [], memory: 1 }],
  ['TOO_LARGE', 'steps', { steps: 2 ** 31, checkpoints: 1 }],
  ['INVALID_ARGUMENT', 'steps', { steps: 1.5, checkpoints: 1 }],
  ['INVALID_ARGUMENT', 'steps', { checkpoints: 1 }],
  ['INVALID_ARGUMENT', 'checkpoints', { steps: 7 }],
  ['INVALID_ARGUMENT', 'checkpoints', { steps: 7, checkpoints: Number.NaN }],
  ['INVALID_ARGUMENT', 'forwardCost', { steps: 7, memoryCheckpoints: 1, diskCheckpoints: 1 }],
  ['INVALID_ARGUMENT', 'memory', { stages, memory: Number.POSITIVE_INFINITY }],
  [
    'INVALID_ARGUMENT',
    'stages[1].tapeSize',
    { stages: [stage, { ...stage, tapeSize: -1 }], memory: 9 },
  ],
  ['STRUCTURE_MISMATCH', 'tape', { stages: [{ ...stage, tapeSize: 1 }], memory: 99 }],
  [
    'COST_OVERFLOW',
    '2^53',
    { stages: [{ ...stage, forwardCost: 2 ** 53 - 1 }, stage], memory: 99 },
  ],
  ['UNKNOWN_NAME', 'the problem', { steps: 7, checkpoints: 2, disk: 1 }],
  ['UNKNOWN_NAME', 'stages[0]', { stages: [{ ...stage, size: 1 }], memory: 9 }],
  ['INVALID_ARGUMENT', 'stages', { stages: 7, memory: 9 }],
  ['INVALID_ARGUMENT', 'problem', 7],
])('refuses with %s about %s', (code, words, problem) => {
  const message = expect.stringContaining(words)
  expect(() => checkpointing(Object(problem))).toThrow(expect.objectContaining({ code, message }))
})
