/** The normal equations of least squares: `J'J` and `J'r` summed over points, without storing the Jacobian of any. */
import { mismatch } from './errors.js'
import { checkOptions } from './options.js'
import { type ArrayInfo, RowKind } from './points.js'
import { type AsyncOptions, type Call, checkOut, lengths, run, runAsync } from './running.js'

/** Half the sum of squares of the residuals, which are all elements of the results at all points, and its derivatives. */
export interface NormalResult {
  /** Half the sum of the squares of the residuals `r`, one number. */
  value: Float64Array
  /** Its gradient `J'r`: a number for each column of the Jacobian. */
  gradient: Float64Array
  /** `J'J`, n x n and row-major: its Hessian, but for the second derivatives of the residuals. */
  normal: Float64Array
}

/** How the normal equations are evaluated. */
export interface NormalOptions {
  /** Instead of Jacobians, what least squares makes of them. */
  readonly reduce: 'normal'
  /** Arrays for the results; a part that is missing is not computed. */
  readonly out?: Partial<NormalResult>
  /** `false` leaves the value out. */
  readonly value?: boolean
}

/** The call that makes the normal equations, given one for Jacobians and the inputs of their columns. */
export function normalCall(
  call: Call,
  infos: readonly ArrayInfo[],
  wrt: readonly string[],
  columns: number,
): Call {
  infos.forEach(({ path }, i) => {
    if (!wrt.includes(path) || call.rows[i]?.kind !== RowKind.indexed) return
    const wanted =
      "be shared or have a row for each point where `reduce` is 'normal', for its J'J would be a matrix over the rows of its table"
    throw mismatch('INVALID_ARGUMENT', `inputs.${path}`, wanted, 'is given by index')
  })
  const outputs = [
    { path: 'value', shape: [] },
    { path: 'gradient', shape: [columns] },
    { path: 'normal', shape: [columns, columns] },
  ]
  return { ...call, outputs, reduce: 'sum' }
}

/** Runs such a call now. */
export function normalAt(call: Call, { out, value = true }: NormalOptions): Partial<NormalResult> {
  const sizes = lengths(call)
  if (out !== undefined) checkOptions(out, ['value', 'gradient', 'normal'], 'out')
  const outs = names.map((name, i) => {
    if (name === 'value' && !value) return undefined
    const size = sizes[i] ?? 0
    if (out === undefined) return new Float64Array(size)
    return out[name] === undefined ? undefined : checkOut(out[name], size, `out.${name}`)
  })
  run(call, outs)
  return named(outs)
}

/** Runs such a call on another thread. */
export async function normalAsync(
  call: Call,
  options: AsyncOptions,
): Promise<Partial<NormalResult>> {
  return named(await runAsync(call, options))
}

const names = ['value', 'gradient', 'normal'] as const

function named(results: readonly (Float64Array | undefined)[]): Partial<NormalResult> {
  const present = names.flatMap((name, i) => {
    const result = results[i]
    return result === undefined ? [] : [[name, result] as const]
  })
  return Object.fromEntries(present)
}
