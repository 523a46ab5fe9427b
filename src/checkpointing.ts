/** Which states to keep, and what to run again, so that a long chain can be reversed in little memory. */
import * as native from './binding.cjs'
import { guarded, mismatch } from './errors.js'
import { isRecord } from './form.js'
import { checkOptions } from './options.js'
import type { Certificate } from './planned.js'
import { counted, exact } from './problem.js'
import { isList, kind, whole } from './shape.js'

/** What is to be reversed, and within which limits; which fields there are says of which kind it is. */
export type CheckpointProblem =
  | UniformSteps
  | MixedStorage
  | MemoryAndDisk
  | {
      readonly stages: readonly CheckpointStage[]
      readonly memory: number
      readonly slots?: number
    }

/** Equal steps, and room for some states, the initial one among them (Revolve). */
export interface UniformSteps {
  readonly steps: number
  readonly checkpoints: number
}

/** Equal steps, and units that each hold a state or the tape of one step. */
export interface MixedStorage {
  readonly steps: number
  readonly storage: number
}

/** Equal steps, and states kept in memory, where they are free, or on disk (H-Revolve). */
export interface MemoryAndDisk {
  readonly steps: number
  readonly memoryCheckpoints: number
  readonly diskCheckpoints: number
  /** The cost of advancing one step. */
  readonly forwardCost: number
  /** The cost of recording and reversing one step. */
  readonly adjointCost: number
  /** The cost of writing a state to disk. */
  readonly writeCost: number
  /** The cost of reading it. */
  readonly readCost: number
}

/** A stage of a chain whose stages differ (rotor); sizes are in the unit of `memory`, which `slots` parts may cut. */
export interface CheckpointStage {
  readonly forwardCost: number
  readonly adjointCost: number
  /** The size of the state it gives. */
  readonly stateSize: number
  /** The size of its tape, that state included. */
  readonly tapeSize: number
  /** The size of the adjoint of that state, by default that of the state. */
  readonly adjointSize?: number
  /** The room it takes while it runs, beyond what it reads and leaves; 0 by default. */
  readonly forwardWorkspace?: number
  /** The room it takes while it is reversed; 0 by default. */
  readonly adjointWorkspace?: number
}

/** One action; state `i` is what step `i` starts from. */
export type CheckpointAction =
  | { readonly kind: 'advance'; readonly from: number; readonly to: number }
  | { readonly kind: 'record' | 'reverse' | 'storeTape'; readonly step: number }
  | {
      readonly kind: 'storeState' | 'restoreState' | 'discardState'
      readonly state: number
      readonly place: 'memory' | 'disk'
    }

/** What to do, action by action, and what that takes. */
export interface Checkpointing {
  /** The forward cost beyond recording each step once. */
  readonly extraForward: number
  /** All that counts: forward steps, or the costs that were given. */
  readonly cost: number
  /** The most states, units or sizes in memory at once. */
  readonly peakMemory: number
  /** The most states on disk at once. */
  readonly peakDisk: number
  readonly certificate: Certificate
  readonly schedule: readonly CheckpointAction[]
}

/** The fields of each kind of problem with equal steps. */
const KINDS = {
  uniform: ['steps', 'checkpoints'],
  mixed: ['steps', 'storage'],
  twoLevel: ['steps', 'memoryCheckpoints', 'diskCheckpoints'],
}
const COSTS = ['forwardCost', 'adjointCost', 'writeCost', 'readCost']
const STAGE = ['forwardCost', 'adjointCost', 'stateSize', 'tapeSize']
const STAGE_OPTIONS = ['adjointSize', 'forwardWorkspace', 'adjointWorkspace']

/** Schedules name every step, and text has its limits. */
const MOST_STEPS = 1_000_000

/**
 * Finds the cheapest schedule that reverses a chain: which states and tapes to keep, and what to run again. The same
 * problem always has the same one.
 *
 * @throws ChainruleError `INFEASIBLE_MEMORY` with the smallest memory that does; `ZERO_SIZE`, `EMPTY_CHAIN`,
 * `COST_OVERFLOW`, `STRUCTURE_MISMATCH` for a tape smaller than the state it holds, `TOO_LARGE`, `INVALID_ARGUMENT`,
 * `UNKNOWN_NAME`
 * @example
 * checkpointing({ steps: 100, checkpoints: 8 }).extraForward // 245
 */
export function checkpointing(problem: CheckpointProblem): Checkpointing {
  const json = JSON.stringify(checked(problem))
  const said: Said = JSON.parse(guarded(() => native.checkpointing(json)))
  const { extraForward, cost, peakMemory, peakDisk, certificate, schedule } = said
  return {
    extraForward: counted(extraForward, 'extraForward'),
    cost: counted(cost, 'cost'),
    peakMemory: counted(peakMemory, 'peakMemory'),
    peakDisk,
    certificate:
      certificate.kind === 'optimal'
        ? certificate
        : { kind: 'gap', lowerBound: counted(certificate.lowerBound, 'lowerBound') },
    schedule,
  }
}

/** What the core says: counts are numbers or, above 2^53, text. */
interface Said {
  readonly extraForward: number | string
  readonly cost: number | string
  readonly peakMemory: number | string
  readonly peakDisk: number
  readonly certificate:
    | { readonly kind: 'optimal'; readonly by: string }
    | { readonly kind: 'gap'; readonly lowerBound: number | string }
  readonly schedule: readonly CheckpointAction[]
}

/** The problem as the core takes it. */
function checked(problem: unknown): object {
  if (!isRecord(problem)) {
    const wanted = 'be an object with steps or stages'
    throw mismatch('INVALID_ARGUMENT', 'problem', wanted, `is ${kind(problem)}`)
  }
  if ('stages' in problem) return heterogeneous(problem)
  if ('storage' in problem) return equalSteps(problem, 'mixed')
  if (!('memoryCheckpoints' in problem)) return equalSteps(problem, 'uniform')
  const isCost = ([name]: readonly [string, unknown]) => COSTS.includes(name)
  const counts = Object.entries(problem).filter(entry => !isCost(entry))
  const costs = COSTS.map(name => [name, exact(problem[name], name)])
  return { ...equalSteps(Object.fromEntries(counts), 'twoLevel'), ...Object.fromEntries(costs) }
}

function equalSteps(problem: Readonly<Record<string, unknown>>, kind: keyof typeof KINDS): object {
  const fields = KINDS[kind]
  checkOptions(problem, fields, 'the problem')
  const entries = fields.map(name => [name, whole(problem[name], name)])
  refuseLong(problem['steps'])
  return { kind, ...Object.fromEntries(entries) }
}

function refuseLong(steps: unknown): void {
  if (typeof steps !== 'number' || steps <= MOST_STEPS) return
  throw mismatch('TOO_LARGE', 'steps', `be at most ${MOST_STEPS}`, `is ${steps}`)
}

function heterogeneous(problem: Readonly<Record<string, unknown>>): object {
  checkOptions(problem, ['stages', 'memory', 'slots'], 'the problem')
  const { stages, memory, slots } = problem
  if (!isList(stages)) {
    throw mismatch('INVALID_ARGUMENT', 'stages', 'be a list of stages', `is ${kind(stages)}`)
  }
  return {
    kind: 'heterogeneous',
    stages: stages.map((stage, i) => checkedStage(stage, `stages[${i}]`)),
    memory: exact(memory, 'memory'),
    ...(slots === undefined ? {} : { slots: whole(slots, 'slots') }),
  }
}

function checkedStage(stage: unknown, field: string): object {
  if (!isRecord(stage)) {
    throw mismatch('INVALID_ARGUMENT', field, 'be an object', `is ${kind(stage)}`)
  }
  checkOptions(stage, [...STAGE, ...STAGE_OPTIONS], field)
  const given = STAGE_OPTIONS.filter(name => stage[name] !== undefined)
  const entries = [...STAGE, ...given].map(name => [name, exact(stage[name], `${field}.${name}`)])
  return Object.fromEntries(entries)
}
