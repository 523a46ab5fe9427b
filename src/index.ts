/**
 * Automatic differentiation: record a function once, get any derivative of it, for one point or millions, by the
 * cheapest order of multiplying its Jacobians.
 *
 * @packageDocumentation
 */
import { serveSegments } from './segment-worker.js'

export { concat, constant, stack } from './arrays.js'
export {
  type CalibrateOptions,
  type Calibration,
  type CostModel,
  calibrate,
  type Grid,
  loadCalibration,
  type Speed,
} from './calibrate.js'
export { Chain, chain, stages } from './chain.js'
export {
  type CheckpointAction,
  type Checkpointing,
  type CheckpointProblem,
  type CheckpointStage,
  checkpointing,
  type MemoryAndDisk,
  type MixedStorage,
  type UniformSteps,
} from './checkpointing.js'
export { type Coloring, type ColoringOptions, coloring } from './coloring.js'
export {
  type ComparedLink,
  Comparison,
  type ComparisonMachine,
  type ComparisonRow,
  compare,
  compareAsync,
  type MeasuredOrder,
} from './compare.js'
export type { Comparable, CompareAsyncOptions, CompareOptions } from './compare-options.js'
export {
  type EliminateOptions,
  type Elimination,
  type EliminationGraph,
  eliminate,
  type GraphEdge,
  type Vertex,
} from './eliminate.js'
export { ChainruleError, type ErrorCode } from './errors.js'
export * from './generated/functions.js'
export {
  type AtOptions,
  Jacobian,
  type JacobianOptions,
  type JacobianResult,
  jacobian,
} from './jacobian.js'
export {
  type MatrixFactor,
  type MatrixProduct,
  type MultiplyOptions,
  multiplyChain,
} from './multiply-chain.js'
export type { NormalOptions, NormalResult } from './normal.js'
export { Linearization, linearize, Operator } from './operator.js'
export type { Bracketing, Order, PlanLike } from './order.js'
export {
  bracketings,
  type FactorOptions,
  matrixChain,
  type ParetoFront,
  type PlanAsyncOptions,
  type Plannable,
  type PlannedFor,
  paretoFront,
  plan,
  planAsync,
} from './plan.js'
export type { MeasurePlanOptions, Objective, ObjectiveName, PlanOptions } from './plan-options.js'
export { type Certificate, Plan, type PlanStep, type Schedule } from './planned.js'
export type { Points, Rows, Value } from './points.js'
export type { Pattern, Problem, ProblemSeed, ProblemStage, ProblemStructure } from './problem.js'
export { type BatchOptions, type PrepareOptions, Program, prepare } from './program.js'
export { type InputSpec, type InputSpecs, type Recorded, record } from './record.js'
export type { AsyncOptions, Reduction } from './running.js'
export { recordSegments, type SegmentOptions } from './segments.js'
export type { Shape } from './shape.js'
export { type InputInfo, type OutputInfo, Tape, type TraceOptions } from './tape.js'
export { type Features, features, setThreads, version } from './threads.js'
export { grad, hessianTape, hvp, jacobianTape, jvp, simplify, vjp, vmap } from './transforms.js'
export { type Operand, Var } from './var.js'

serveSegments()
