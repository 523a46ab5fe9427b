/** Calibration: how fast this machine runs the steps of plans, measured once and kept. */
import * as native from './binding.cjs'
import { guarded, mismatch } from './errors.js'
import { checkOptions } from './options.js'
import { watched } from './running.js'
import { kind } from './shape.js'

/** How a machine is measured. */
export interface CalibrateOptions {
  /** About 3 seconds, with fewer shapes, in place of about 25. */
  readonly quick?: boolean
  /** The most threads; by default all that `setThreads` gives. One thread is always measured. */
  readonly threads?: number
  /** Ends the call, which rejects with the signal's reason and keeps nothing. */
  readonly signal?: AbortSignal
  /** Called now and then with the share that is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void
}

/** How long steps of plans take on a machine: plain data, which may be kept as JSON. */
export interface CostModel {
  /** The version of this form. */
  readonly version: number
  /** The machine, in words. */
  readonly machine: string
  /** Bytes of one element: 8. */
  readonly elementBytes: number
  /** One entry for each number of threads that was measured. */
  readonly speeds: readonly Speed[]
}

/** What some number of threads do together. */
export interface Speed {
  readonly threads: number
  /** Floating-point operations a second of the best product; a multiply-add is two. */
  readonly peak: number
  /** Bytes a second between arithmetic and the matrices of a step. */
  readonly bandwidth: number
  /** Seconds that a step takes besides. */
  readonly launch: number
  /** Seconds that a byte takes more, read along rows or across them, where all matrices together take so many bytes. */
  readonly memory?: {
    readonly bytes: readonly number[]
    readonly along: readonly number[]
    readonly across: readonly number[]
  }
  /** Columns that are computed together. */
  readonly lanes: number
  /** Shares of the peak of one product. */
  readonly single: Grid
  /** The same for each point's matrix by a shared one, over many points. */
  readonly stacked: Grid
  /** The same for a shared matrix by each point's. */
  readonly spread: Grid
  /** The same for two matrices of each point. */
  readonly batched: Grid
  /** Multiply-adds a second of products with a sparse or diagonal factor. */
  readonly sparse: number
  /** Multiply-adds a second of 1, 4 and 16 tangents swept together. */
  readonly tangents: readonly number[]
  /** The same for adjoints. */
  readonly adjoints: readonly number[]
}

/** Shares of the peak by the sizes of products: a value for each of `rows`, each of `inner`, each of `columns` in turn. */
export interface Grid {
  readonly rows: readonly number[]
  readonly inner: readonly number[]
  readonly columns: readonly number[]
  readonly values: readonly number[]
}

/** A cost model, and where it is from. */
export interface Calibration {
  readonly model: CostModel
  /** Whether it was measured on this machine, or is the built-in one. */
  readonly source: 'measured' | 'default'
  /** Why what was kept could not be used: it is damaged, or of another version or machine. */
  readonly warning?: string
}

/**
 * Measures this machine, on other threads while the event loop stays free, and keeps the result in the user's cache
 * directory (or in the file that the environment variable `CHAINRULE_CALIBRATION` names), where planning by time finds
 * it. Resolves with what was measured; if it could not be kept, that is said as a warning of the process.
 *
 * @throws ChainruleError `INVALID_ARGUMENT`, `UNKNOWN_NAME`, or the reason of `signal`
 * @example
 * const model = await calibrate({ quick: true })
 * model.speeds[0].peak // 6.4e10
 */
export async function calibrate(options: CalibrateOptions = {}): Promise<CostModel> {
  checkOptions(options, ['quick', 'threads', 'signal', 'onProgress'], 'the options of `calibrate`')
  const { quick = false, threads, signal, onProgress } = options
  if (typeof quick !== 'boolean') {
    throw mismatch('INVALID_ARGUMENT', 'quick', 'be true or false', `is ${kind(quick)}`)
  }
  if (threads !== undefined && typeof threads !== 'number') {
    throw mismatch('INVALID_ARGUMENT', 'threads', 'be a number', `is ${kind(threads)}`)
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw mismatch('INVALID_ARGUMENT', 'onProgress', 'be a function', `is ${kind(onProgress)}`)
  }
  const share = onProgress && ((done: number) => onProgress(done / STEPS))
  const text = await watched({ signal, onProgress: share }, (token, report) =>
    native.calibrate(quick, threads, token, report),
  )
  const { model, warning } = read(text)
  if (warning !== undefined) process.emitWarning(warning, { code: 'CHAINRULE_CALIBRATION' })
  return model
}

const said = new Set<string>()

/** Says what is wrong with a calibration, as a warning of the process, and once, for many may be prepared. @internal */
export function warn(warning: string | null | undefined): void {
  if (!warning || said.has(warning)) return
  said.add(warning)
  process.emitWarning(warning, { code: 'CHAINRULE_CALIBRATION' })
}

/** What the progress of the core ends with. */
const STEPS = 1000

/**
 * The cost model that `calibrate` has kept, or the built-in one. A file that cannot be used is ignored, with a warning
 * in the result, and replaced by the next calibration.
 */
export function loadCalibration(): Calibration {
  return read(guarded(() => native.loadCalibration()))
}

/** What the core says, as JSON. */
function read(text: unknown): Calibration {
  return JSON.parse(String(text))
}
