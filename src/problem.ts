/** Problems of planning: shapes and costs, without a function. */
import { mismatch } from './errors.js'
import { isRecord } from './form.js'
import { checkOptions } from './options.js'
import { isList, kind, whole } from './shape.js'

/** A chain of stages, for planning alone. */
export interface Problem {
  /** The stages in the order they are applied; each takes as many numbers as the one before gives. */
  readonly stages: readonly ProblemStage[]
  /** For how many points at once, 1 by default. */
  readonly batch?: number
  /** The Jacobians of all points are wanted one by one, unless they are to be brought together. */
  readonly reduce?: 'sum' | 'mean'
  /** Matrices multiplied onto the ends of the Jacobian. */
  readonly seed?: { readonly columns?: ProblemSeed; readonly rows?: ProblemSeed }
}

/** One function of the composition. Costs are multiply-adds; the four of them default to inputs times outputs. */
export interface ProblemStage {
  /** How many numbers it takes. */
  readonly inputs: number
  /** How many numbers it gives. */
  readonly outputs: number
  /** The cost of one tangent through it. */
  readonly tangentCost?: number
  /** The cost of one adjoint through it. */
  readonly adjointCost?: number
  /** The numbers kept for an adjoint through it. */
  readonly tapeSize?: number
  /** The cost of evaluating it. */
  readonly evaluationCost?: number
  /** The numbers to keep so that it can be run again; they count as memory where this is given. */
  readonly stateSize?: number
  /** Whether its Jacobian is made by sweeps, is a matrix at hand, or never becomes a matrix. */
  readonly jacobian?: 'accumulate' | 'given' | 'swept'
  /** What is known of the entries of its Jacobian. */
  readonly structure?: ProblemStructure
  /** Whether all points have the same Jacobian. */
  readonly shared?: boolean
}

/** Where the entries of a Jacobian may be other than 0. */
export type ProblemStructure =
  | { readonly kind: 'dense' | 'identity' | 'scalar' | 'diagonal' }
  | { readonly kind: 'band'; readonly lower: number; readonly upper: number }
  | { readonly kind: 'blockDiagonal'; readonly blocks: number }
  | { readonly kind: 'selection'; readonly indices: readonly number[] }
  | { readonly kind: 'lowRank'; readonly rank: number }
  | { readonly kind: 'pattern'; readonly pattern: Pattern }

/** Where a matrix may be other than 0: the columns of each row's entries, in any order. */
export interface Pattern {
  readonly columns: number
  readonly rows: readonly (readonly number[])[]
}

/** How many directions are seeded on one side, and whether all points are seeded alike. */
export interface ProblemSeed {
  readonly count: number
  readonly shared?: boolean
}

/** The fields of a structure besides its kind. */
const STRUCTURES: Readonly<Record<string, readonly string[]>> = {
  dense: [],
  identity: [],
  scalar: [],
  diagonal: [],
  band: ['lower', 'upper'],
  blockDiagonal: ['blocks'],
  selection: ['indices'],
  lowRank: ['rank'],
  pattern: ['pattern'],
}

const COSTS = ['tangentCost', 'adjointCost', 'tapeSize', 'evaluationCost', 'stateSize']

/**
 * The JSON of a problem as the core takes it, with every number whole; whether stages fit is for the core to say.
 *
 * @throws ChainruleError `INVALID_ARGUMENT`, `UNKNOWN_NAME`
 */
export function problemJson(problem: unknown): string {
  if (!isRecord(problem)) {
    throw mismatch('INVALID_ARGUMENT', 'problem', 'be an object', `is ${kind(problem)}`)
  }
  checkOptions(problem, ['stages', 'batch', 'reduce', 'seed'], 'the problem')
  const { stages, batch = 1, reduce, seed } = problem
  if (!isList(stages)) {
    throw mismatch('INVALID_ARGUMENT', 'stages', 'be a list of stages', `is ${kind(stages)}`)
  }
  return JSON.stringify({
    stages: stages.map((stage, i) => checkedStage(stage, `stages[${i}]`)),
    batch: whole(batch, 'batch'),
    ...(reduce === undefined ? {} : { reduce: named(reduce, 'reduce', ['sum', 'mean']) }),
    ...(seed === undefined ? {} : { seed: checkedSeeds(seed) }),
  })
}

function checkedStage(stage: unknown, field: string): object {
  if (!isRecord(stage))
    throw mismatch('INVALID_ARGUMENT', field, 'be an object', `is ${kind(stage)}`)
  const known = ['inputs', 'outputs', ...COSTS, 'jacobian', 'structure', 'shared']
  checkOptions(stage, known, field)
  const { inputs, outputs, jacobian = 'accumulate', structure, shared = false } = stage
  const jacobians = ['accumulate', 'given', 'swept']
  const costs = COSTS.filter(name => stage[name] !== undefined)
  return {
    inputs: whole(inputs, `${field}.inputs`),
    outputs: whole(outputs, `${field}.outputs`),
    ...Object.fromEntries(costs.map(name => [name, exact(stage[name], `${field}.${name}`)])),
    jacobian: named(jacobian, `${field}.jacobian`, jacobians),
    structure: checkedStructure(structure ?? { kind: 'dense' }, `${field}.structure`),
    shared: flag(shared, `${field}.shared`),
  }
}

function checkedStructure(structure: unknown, field: string): object {
  if (!isRecord(structure)) {
    const wanted = "be an object with a kind, as { kind: 'diagonal' }"
    throw mismatch('INVALID_ARGUMENT', field, wanted, `is ${kind(structure)}`)
  }
  const name = named(structure['kind'], `${field}.kind`, Object.keys(STRUCTURES))
  const fields = STRUCTURES[name] ?? []
  checkOptions(structure, ['kind', ...fields], field)
  const entries = fields.map(key => {
    const value = structure[key]
    const place = `${field}.${key}`
    if (key === 'pattern') return [key, checkedPattern(value, place)]
    return [key, key === 'indices' ? wholes(value, place) : whole(value, place)]
  })
  return { kind: name, ...Object.fromEntries(entries) }
}

/** Refuses what is not a pattern of whole numbers. */
export function checkedPattern(pattern: unknown, field: string): Pattern {
  if (!isRecord(pattern)) {
    const wanted = 'be an object with columns and rows'
    throw mismatch('INVALID_ARGUMENT', field, wanted, `is ${kind(pattern)}`)
  }
  checkOptions(pattern, ['columns', 'rows'], field)
  const { columns, rows } = pattern
  if (!isList(rows)) {
    throw mismatch('INVALID_ARGUMENT', `${field}.rows`, 'be a list of rows', `is ${kind(rows)}`)
  }
  return {
    columns: whole(columns, `${field}.columns`),
    rows: rows.map((row, i) => wholes(row, `${field}.rows[${i}]`)),
  }
}

function checkedSeeds(seeds: unknown): object {
  if (!isRecord(seeds)) {
    const wanted = 'be an object with columns or rows'
    throw mismatch('INVALID_ARGUMENT', 'seed', wanted, `is ${kind(seeds)}`)
  }
  checkOptions(seeds, ['columns', 'rows'], 'seed')
  const sides = ['columns', 'rows'].filter(side => seeds[side] !== undefined)
  return Object.fromEntries(sides.map(side => [side, checkedSeed(seeds[side], `seed.${side}`)]))
}

function checkedSeed(seed: unknown, field: string): object {
  if (!isRecord(seed)) {
    throw mismatch('INVALID_ARGUMENT', field, 'be an object with a count', `is ${kind(seed)}`)
  }
  checkOptions(seed, ['count', 'shared'], field)
  const { count, shared = false } = seed
  return { count: whole(count, `${field}.count`), shared: flag(shared, `${field}.shared`) }
}

function wholes(list: unknown, field: string): number[] {
  if (!isList(list)) {
    throw mismatch('INVALID_ARGUMENT', field, 'be a list of whole numbers', `is ${kind(list)}`)
  }
  return list.map((value, i) => whole(value, `${field}[${i}]`))
}

/** Refuses what is not a whole number below 2^53. */
export function exact(value: unknown, field: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  const wanted = 'be a whole number below 2^53'
  throw mismatch('INVALID_ARGUMENT', field, wanted, `is ${kind(value)}`)
}

/** A count of the core, which is text where no number is exact. */
export function counted(value: number | string, name: string): number {
  if (typeof value === 'number') return value
  throw mismatch('COST_OVERFLOW', name, 'be at most 2^53 to be a number', `is ${value}`)
}

/** Refuses what is none of the names there are. */
export function named(value: unknown, field: string, names: readonly string[]): string {
  if (typeof value === 'string' && names.includes(value)) return value
  const code = typeof value === 'string' ? 'UNKNOWN_NAME' : 'INVALID_ARGUMENT'
  throw mismatch(code, field, `be one of ${names.join(', ')}`, `is ${kind(value)}`)
}

/** Refuses what is not a flag. */
export function flag(value: unknown, field: string): boolean {
  if (typeof value === 'boolean') return value
  throw mismatch('INVALID_ARGUMENT', field, 'be true or false', `is ${kind(value)}`)
}
