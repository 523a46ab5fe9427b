/** Products of matrices at hand, one or a batch of them, in the cheapest order. */
import * as native from './binding.cjs'
import { ChainruleError, guarded, mismatch } from './errors.js'
import { isRecord } from './form.js'
import { flatten } from './numbers.js'
import { checkOptions } from './options.js'
import type { Bracketing } from './order.js'
import { Plan } from './planned.js'
import { RowKind, type Value } from './points.js'
import { checkOut, refuseOverlap } from './running.js'
import { checkShape, elements, isList, kind, type Shape, whole, written } from './shape.js'

/** A factor: `[r, c]` is one matrix for all products of the batch, `[B, r, c]` one for each; row-major. */
export interface MatrixFactor {
  readonly data: Value
  readonly shape: Shape
}

/** A product: `[r, c]`, or `[B, r, c]` where some factor has a batch. */
export interface MatrixProduct {
  readonly data: Float64Array
  readonly shape: Shape
}

/** How a product is computed. */
export interface MultiplyOptions {
  /** A plan of `matrixChain` for these dims, batch and shared factors, or nested pairs of factors; by default the cheapest. */
  readonly plan?: Plan | Bracketing
  /** The most threads; by default all that `setThreads` gives. The bits do not depend on it. */
  readonly threads?: number
  /** An array for the result. */
  readonly out?: Float64Array
}

/**
 * Multiplies matrices in the order of a plan, by default the one with the fewest multiply-adds. Products of shared factors
 * alone are made once.
 *
 * @throws ChainruleError `EMPTY_CHAIN`; `SHAPE_MISMATCH` for factors that do not fit; `PLAN_MISMATCH` for a plan of
 * another product, `NOT_A_BRACKETING`; `OVERLAP`, `INVALID_ARGUMENT`, `TOO_LARGE`
 * @example
 * const a = { data: [1, 2, 3, 4], shape: [2, 1, 2] }
 * const b = { data: [10, 1], shape: [2, 1] }
 * multiplyChain([a, b]).data // 12, 34
 */
export function multiplyChain(
  factors: readonly MatrixFactor[],
  options: MultiplyOptions = {},
): MatrixProduct {
  checkOptions(options, ['plan', 'threads', 'out'], 'the options of `multiplyChain`')
  if (!isList(factors)) {
    throw mismatch('INVALID_ARGUMENT', 'factors', 'be a list of matrices', `is ${kind(factors)}`)
  }
  const matrices = factors.map((factor, i) => checkedFactor(factor, `factors[${i}]`))
  const shape = productShape(matrices.map(matrix => matrix.shape))
  const threads = options.threads === undefined ? undefined : whole(options.threads, 'threads', 1)
  const [plan, bracketing] = order(options.plan)
  const length = elements(shape)
  const out = options.out === undefined ? zeros(length) : checkOut(options.out, length, 'out')
  const data = matrices.map(matrix => matrix.data)
  refuseOverlap(
    data.map(data => ({ kind: RowKind.each, data })),
    [out],
  )
  const shapes = matrices.map(matrix => [...matrix.shape])
  guarded(() => native.multiplyChain(data, shapes, plan, bracketing, threads, out))
  return { data: out, shape }
}

function checkedFactor(factor: unknown, argument: string): { data: Float64Array; shape: Shape } {
  if (!isRecord(factor)) {
    const wanted = 'be a matrix { data, shape }'
    throw mismatch('INVALID_ARGUMENT', argument, wanted, `is ${kind(factor)}`)
  }
  const shape = checkShape(factor['shape'], `${argument}.shape`)
  if (shape.length !== 2 && shape.length !== 3) {
    const came = `is ${written(shape)}`
    throw mismatch('SHAPE_MISMATCH', `${argument}.shape`, 'be [r, c] or [B, r, c]', came)
  }
  const { numbers, shape: own } = flatten(factor['data'], `${argument}.data`)
  const fits =
    own.length <= 1 ? numbers.length === elements(shape) : written(own) === written(shape)
  if (!fits) {
    const came = own.length <= 1 ? `has ${numbers.length} numbers` : `has shape ${written(own)}`
    throw mismatch('SHAPE_MISMATCH', `${argument}.data`, `have shape ${written(shape)}`, came)
  }
  return { data: numbers, shape }
}

/** The shape of the product, if the factors fit; whether they do is for the core to say. */
function productShape(shapes: readonly Shape[]): Shape {
  const batch = shapes.find(shape => shape.length === 3)?.[0]
  const rows = shapes[0]?.at(-2) ?? 0
  const columns = shapes.at(-1)?.at(-1) ?? 0
  return batch === undefined ? [rows, columns] : [batch, rows, columns]
}

function order(plan: unknown): [native.NativePlan | undefined, string | undefined] {
  if (plan === undefined) return [undefined, undefined]
  if (plan instanceof Plan) return [plan.native, undefined]
  if (isList(plan)) return [undefined, JSON.stringify(plan)]
  const wanted = 'be a Plan or nested pairs of factors'
  throw mismatch('INVALID_ARGUMENT', 'plan', wanted, `is ${kind(plan)}`)
}

function zeros(length: number): Float64Array {
  try {
    return new Float64Array(length)
  } catch {
    const message = `the product must fit into one Float64Array, but has ${length} numbers`
    throw new ChainruleError('TOO_LARGE', message, 'factors')
  }
}
