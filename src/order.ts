/** Orders: what the user asks for, as the core takes it. */
import type * as native from './binding.cjs'
import { mismatch } from './errors.js'
import { isRecord } from './form.js'
import type { JacobianOptions } from './jacobian.js'
import { Plan } from './planned.js'
import { isFunction, isList, kind, whole } from './shape.js'

/** In which order the Jacobians of a function's stages are multiplied. */
export type Order = 'auto' | 'forward' | 'reverse' | PlanLike | Bracketing

/** A plan, or its JSON form. */
export interface PlanLike {
  toJSON(): unknown
}

/** Nested pairs of stage numbers: `[[0, 1], 2]` multiplies the first two stages first. */
export type Bracketing = readonly [Bracketing | number, Bracketing | number]

/** The order as the core takes it. */
export function orderOptions({
  order = 'auto',
  batch,
  costModel,
}: JacobianOptions): native.OrderOptions {
  const more: Omit<native.OrderOptions, 'order'> = {}
  if (batch !== undefined) more.batch = whole(batch, 'batch', 1)
  if (costModel !== undefined) {
    if (order !== 'auto') {
      const wanted = "be left out unless the order is 'auto'"
      throw mismatch('INVALID_ARGUMENT', 'costModel', wanted, 'another order was given')
    }
    more.costModel = JSON.stringify(costModel)
  }
  if (typeof order === 'string') return { order, ...more }
  if (isList(order)) return { order: 'bracketing', text: JSON.stringify(order), ...more }
  if (order instanceof Plan || isRecord(order)) {
    return { order: 'plan', text: planText(order), ...more }
  }
  const wanted = "be 'auto', 'forward', 'reverse', a plan or a bracketing"
  throw mismatch('INVALID_ARGUMENT', 'order', wanted, `is ${kind(order)}`)
}

/** The JSON of a plan alone, from a plan or the JSON form of one. */
function planText(order: object): string {
  const json: unknown = 'toJSON' in order && isFunction(order.toJSON) ? order.toJSON() : order
  return JSON.stringify(isRecord(json) && isRecord(json['plan']) ? json['plan'] : json)
}
