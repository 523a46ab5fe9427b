/** Plans as they are given: what they say of themselves, and how they come back from text. */
import { inspect } from 'node:util'
import * as native from './binding.cjs'
import { guarded, mismatch } from './errors.js'
import type { Bracketing } from './order.js'
import { counted } from './problem.js'
import { kind } from './shape.js'

/** How good a plan is: no other is better, or none goes below a bound. */
export type Certificate =
  | { readonly kind: 'optimal'; readonly by: string }
  | { readonly kind: 'gap'; readonly lowerBound: number }

/** A step makes the Jacobian of the links `from` to `to - 1`; `at` is the joint inside, in front of that link. */
export type PlanStep =
  | {
      readonly kind: 'accumulate'
      readonly from: number
      readonly to: number
      readonly mode: 'tangent' | 'adjoint'
    }
  | { readonly kind: 'multiply'; readonly from: number; readonly at: number; readonly to: number }
  | {
      readonly kind: 'eliminate'
      readonly from: number
      readonly at: number
      readonly to: number
      readonly mode: 'tangent' | 'adjoint'
    }
  | { readonly kind: 'reduce'; readonly from: number; readonly to: number }
  | {
      readonly kind: 'evaluate'
      readonly from: number
      readonly to: number
      readonly times: number
    }

/** When and where steps run; times are multiply-adds. */
export interface Schedule {
  readonly machines: number
  /** When the last step ends. */
  readonly makespan: number
  /** For each step its machine, and when it starts. */
  readonly slots: readonly { readonly machine: number; readonly start: number }[]
}

/** An order of multiplying Jacobians, with the problem it was made for. */
export class Plan {
  /** @internal */
  readonly native: native.NativePlan
  /** A name for its problem; `jacobian` refuses plans of others. */
  readonly fingerprint: string
  /** What it keeps small. */
  readonly objective: string
  /** What it reaches there: seconds for `'time'`, bytes for `'memory'`, elements for `'writes'` and `'largest'`, else multiply-adds. */
  readonly value: number
  /** How good that is known to be, in the unit of `value`. */
  readonly certificate: Certificate
  /** Multiply-adds for the whole batch, without evaluating the function. */
  readonly cost: number
  /** The most bytes alive at once: matrices, the result among them, the tape of a sweep, and what sweeps start from. */
  readonly peakMemory: number
  /** Multiply-adds one after the other, when independent steps run side by side. */
  readonly criticalPath: number
  /** The steps in their order; the last leaves the Jacobian. */
  readonly steps: readonly PlanStep[]
  /** When and where steps run, for a plan made for a number of threads. */
  readonly schedule?: Schedule

  /** @internal */
  constructor(plan: native.NativePlan) {
    this.native = plan
    const said = parsed(guarded(() => plan.json())).plan
    const { objective, certificate } = said
    this.fingerprint = said.fingerprint
    this.objective = objective
    this.cost = counted(said.cost, 'cost')
    this.peakMemory = BYTES * counted(said.peakMemory, 'peakMemory')
    this.criticalPath = counted(said.criticalPath, 'criticalPath')
    this.value = inUnits(objective, said.value, 'value')
    this.certificate =
      certificate.kind === 'optimal'
        ? certificate
        : { kind: 'gap', lowerBound: inUnits(objective, certificate.lowerBound, 'lowerBound') }
    this.steps = said.steps
    if (said.schedule !== undefined) {
      const { machines, makespan, slots } = said.schedule
      this.schedule = {
        machines,
        makespan: counted(makespan, 'makespan'),
        slots: slots.map(({ machine, start }) => ({ machine, start: counted(start, 'start') })),
      }
    }
  }

  /**
   * Reads what `toString` or `JSON.stringify` made of a plan.
   *
   * @throws ChainruleError `PARSE_ERROR`; `PLAN_MISMATCH` and `INVALID_PLAN` if it was changed
   */
  static parse(text: string): Plan {
    if (typeof text !== 'string') {
      throw mismatch('INVALID_ARGUMENT', 'text', 'be the text of a plan', `is ${kind(text)}`)
    }
    return new Plan(guarded(() => native.parsePlan(text)))
  }

  /** The bracketing: nested pairs of links, `[earlier, later]`, or of factors in product order; one link is its number. */
  get tree(): Bracketing | number {
    return JSON.parse(guarded(() => this.native.tree()))
  }

  /** For each step what it does, what it costs and what would have been next best; then forward and reverse mode. */
  explain(): string {
    return guarded(() => this.native.explain())
  }

  /** The text form, which `Plan.parse` reads. */
  toString(): string {
    return guarded(() => this.native.text())
  }

  /** `{ problem, plan }` as plain data, with memory in elements of 8 bytes, times in femtoseconds, and text above 2^53. */
  toJSON(): unknown {
    return JSON.parse(guarded(() => this.native.json()))
  }

  /** A graph for Graphviz. */
  toDot(): string {
    return guarded(() => this.native.dot())
  }

  /** A Mermaid flowchart. */
  toMermaid(): string {
    return guarded(() => this.native.mermaid())
  }

  /** @internal */
  [inspect.custom](): string {
    const { kind } = this.certificate
    return `Plan of ${this.steps.length} steps, ${this.cost} multiply-adds, ${kind} for ${this.objective}`
  }
}

/** What the core says of a plan: counts are numbers or, above 2^53, text. */
interface Said {
  readonly plan: {
    readonly fingerprint: string
    readonly objective: string
    readonly value: number | string
    readonly certificate:
      | { readonly kind: 'optimal'; readonly by: string }
      | { readonly kind: 'gap'; readonly lowerBound: number | string }
    readonly cost: number | string
    readonly peakMemory: number | string
    readonly criticalPath: number | string
    readonly steps: readonly PlanStep[]
    readonly schedule?: {
      readonly machines: number
      readonly makespan: number | string
      readonly slots: readonly { readonly machine: number; readonly start: number | string }[]
    }
  }
}

function parsed(json: string): Said {
  return JSON.parse(json)
}

/** Bytes of an element. */
const BYTES = 8
const FEMTOSECOND = 1e-15

function inUnits(objective: string, value: number | string, name: string): number {
  if (objective === 'time') return Number(value) * FEMTOSECOND
  return objective === 'memory' ? BYTES * counted(value, name) : counted(value, name)
}
