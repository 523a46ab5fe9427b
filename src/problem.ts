/** Problems of planning: shapes and costs, without a function. */

/** A chain of stages, for planning alone. */
export interface Problem {
  /** The stages in the order they are applied; each takes as many numbers as the one before gives. */
  readonly stages: readonly ProblemStage[]
  /** For how many points at once, 1 by default. */
  readonly batch?: number
  /** The Jacobians of all points are wanted one by one, unless they are to be brought together. */
  readonly reduce?: 'sum' | 'mean'
  /** Matrices multiplied onto the ends of the Jacobian. */
  readonly seeds?: { readonly columns?: ProblemSeed; readonly rows?: ProblemSeed }
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

/** How many directions are seeded on one side, and whether all points are seeded alike. */
export interface ProblemSeed {
  readonly count: number
  readonly shared?: boolean
}
