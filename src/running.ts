/** Running a core program on rows: results in arrays of the caller or new ones, now or on another thread. */
import { CancelToken, type NativeProgram } from './binding.cjs'
import { ChainruleError, fromCore, guarded, mismatch } from './errors.js'
import { type Form, walk } from './form.js'
import { refuseDetached } from './numbers.js'
import { type ArrayInfo, batchInputs, type CoreRows, RowKind } from './points.js'
import { elements, kind } from './shape.js'
import type { Tape } from './tape.js'

/** How results of many points are brought together. */
export type Reduction = 'sum' | 'mean'

/** How a call on another thread is watched and stopped. */
export interface AsyncOptions {
  /** Ends the call, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Called now and then with the number of points that are done. If it throws, the call ends and rejects with that. */
  readonly onProgress?: ((done: number) => void) | undefined
}

/** A result of a program. */
export interface ResultInfo extends ArrayInfo {
  readonly adjointOf?: number
}

/** What a run needs to know. */
export interface Call {
  readonly program: NativeProgram
  readonly points: number
  readonly rows: readonly CoreRows[]
  readonly outputs: readonly ResultInfo[]
  readonly reduce?: Reduction | undefined
}

/** What runs `program`, which takes what `tape` takes and gives what it gives, at points in any form. */
export function callAt(
  program: NativeProgram,
  tape: Tape<unknown, unknown>,
  points: unknown,
  shared: readonly string[],
  reduce: Reduction | undefined,
): Call {
  const isShared = (input: number) => shared.includes(tape.inputs[input]?.path ?? '')
  const rows = batchInputs(tape.inputForm, tape.inputs, points, isShared)
  return { program, ...rows, outputs: tape.outputs, reduce }
}

/** The number of numbers that each result has. */
export function lengths({ points, rows, outputs, reduce }: Call): number[] {
  return outputs.map(({ shape, adjointOf }) => {
    if (reduce === undefined) return points * elements(shape)
    const source = adjointOf === undefined ? undefined : rows[adjointOf]
    return source?.kind === RowKind.indexed ? source.data.length : elements(shape)
  })
}

/** Runs now, into `outs`; a result whose array is missing is left out. */
export function run(call: Call, outs: (Float64Array | undefined)[]): void {
  refuseOverlap(call.rows, outs)
  const { program, points, rows, reduce } = call
  const data = rows.map(row => own(row.data))
  const written = outs.map(out => out && own(out))
  guarded(() => program.run(points, kinds(rows), data, indices(rows), written, reduce))
  outs.forEach((out, i) => {
    const result = written[i]
    if (result !== undefined && result !== out) out?.set(result)
  })
}

/** The array, or a copy of one whose memory other threads may write while the core reads it. */
function own<T extends Float64Array | Int32Array>(array: T): T
function own(array: Float64Array | Int32Array): Float64Array | Int32Array {
  return array.buffer instanceof SharedArrayBuffer ? array.slice() : array
}

/** Runs on copies of the inputs, on another thread; resolves with new arrays. */
export async function runAsync(call: Call, options: AsyncOptions): Promise<Float64Array[]> {
  const { program, points, rows, reduce } = call
  const data = rows.map(row => row.data)
  const sizes = lengths(call)
  const results = await watched(options, (token, report) =>
    program.runAsync(points, kinds(rows), data, indices(rows), sizes, reduce, token, report),
  )
  return arrays(results)
}

/** Awaits what the core does on another thread, while the caller watches it and may stop it. */
export async function watched<T>(
  { signal, onProgress }: AsyncOptions,
  start: (token: CancelToken, report: ((done: number) => void) | undefined) => Promise<T>,
): Promise<T> {
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw mismatch('INVALID_ARGUMENT', 'onProgress', 'be a function', `is ${kind(onProgress)}`)
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw mismatch('INVALID_ARGUMENT', 'signal', 'be an AbortSignal', `is ${kind(signal)}`)
  }
  signal?.throwIfAborted()
  const token = new CancelToken()
  const cancel = () => token.cancel()
  const report = onProgress && caught(onProgress, cancel)
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    const result = await start(token, report)
    report?.throwIfCaught()
    return result
  } catch (error) {
    report?.throwIfCaught()
    signal?.throwIfAborted()
    throw fromCore(error)
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}

/** A callback for the core, whose errors end the call: thrown out of it they would end the process. */
function caught(callback: (done: number) => void, cancel: () => void) {
  let failed = false
  let failure: unknown
  const report = (done: number) => {
    if (failed) return
    try {
      callback(done)
    } catch (error) {
      failed = true
      failure = error
      cancel()
    }
  }
  const throwIfCaught = () => {
    if (failed) throw failure
  }
  return Object.assign(report, { throwIfCaught })
}

/** What the core resolves with. */
function arrays(results: unknown): Float64Array[] {
  return Array.isArray(results) ? results.filter(result => result instanceof Float64Array) : []
}

function kinds(rows: readonly CoreRows[]): Uint8Array {
  return Uint8Array.from(rows, row => row.kind)
}

function indices(rows: readonly CoreRows[]): Int32Array[] {
  return rows.flatMap(({ index }) => (index === undefined ? [] : [own(index)]))
}

/** The arrays that the user gave for results, in the form of these, checked; of `sizes` many, some may be missing. */
export function placed(
  form: Form,
  out: unknown,
  sizes: readonly number[],
  argument: string,
): (Float64Array | undefined)[] {
  const outs = sizes.map((): Float64Array | undefined => undefined)
  const place = (i: number, value: unknown, argument: string) => {
    if (value !== undefined) outs[i] = checkOut(value, sizes[i] ?? 0, argument)
  }
  walk(form, out, argument, place, true)
  return outs
}

/** Checks an array that the user gave for a result. */
export function checkOut(value: unknown, length: number, argument: string): Float64Array {
  if (!(value instanceof Float64Array)) {
    throw mismatch('INVALID_ARGUMENT', argument, 'be a Float64Array', `is ${kind(value)}`)
  }
  refuseDetached(value, argument)
  if (value.length !== length) {
    throw mismatch('SHAPE_MISMATCH', argument, `have ${length} numbers`, `has ${value.length}`)
  }
  return value
}

/** Refuses result arrays that share memory with one another or with an input. */
export function refuseOverlap(
  rows: readonly CoreRows[],
  outs: readonly (Float64Array | undefined)[],
): void {
  const written = outs.filter(out => out !== undefined)
  const read = rows.flatMap(({ data, index }) => (index === undefined ? [data] : [data, index]))
  for (const [i, out] of written.entries()) {
    const others = [...read, ...written.slice(i + 1)]
    if (others.some(other => overlaps(out, other))) {
      const message = 'out must share no memory with an input or another part of it, but does'
      throw new ChainruleError('OVERLAP', message, 'out')
    }
  }
}

function overlaps(a: Float64Array, b: Float64Array | Int32Array): boolean {
  if (a.buffer !== b.buffer || a.length === 0 || b.length === 0) return false
  return a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength
}

/** Checks the name of a reduction. */
export function checkReduction(reduce: unknown, known = "'sum' or 'mean'"): Reduction | undefined {
  if (reduce === undefined || reduce === 'sum' || reduce === 'mean') return reduce
  throw mismatch('UNKNOWN_NAME', 'reduce', `be ${known}`, `is ${kind(reduce)}`)
}
