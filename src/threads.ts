/** Threads, and what the library is and runs on. */
import * as native from './binding.cjs'
import { guarded, mismatch } from './errors.js'
import { kind } from './shape.js'

/** What the library runs on. */
export interface Features {
  /** The vector instructions in use: `'Avx512'`, `'Avx2'` or `'Scalar'`. Results do not depend on them. */
  readonly simd: string
  /** The engine in use. */
  readonly engine: string
  /** The number of threads that runs may use. */
  readonly threads: number
}

/** The version of the library. */
export const version: string = native.version()

/** What the library runs on. */
export function features(): Features {
  return guarded(() => native.features())
}

/**
 * Sets how many threads later calls use, all cores by default. Results do not depend on it.
 *
 * @throws ChainruleError `INVALID_ARGUMENT` unless a whole number from 1 to 1024
 */
export function setThreads(threads: number): void {
  if (typeof threads !== 'number') {
    throw mismatch('INVALID_ARGUMENT', 'threads', 'be a number', `is ${kind(threads)}`)
  }
  guarded(() => native.setThreads(threads))
}
