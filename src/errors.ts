/** The one class of errors, and the one place that turns what the core says into it. */

/** Every code, with what it means. */
const CODES = {
  /** Shapes or lengths that do not go together. */
  SHAPE_MISMATCH: true,
  /** A value of the wrong kind or out of its range. */
  INVALID_ARGUMENT: true,
  /** A variable of one recording used in another. */
  FOREIGN_VARIABLE: true,
  /** Something that only makes sense while recording. */
  NOT_RECORDING: true,
  /** A gradient asked of something that is not one number. */
  NOT_SCALAR: true,
  /** An input, output, option or op that does not exist. */
  UNKNOWN_NAME: true,
  /** More nodes, elements or bytes than there may be. */
  TOO_LARGE: true,
  /** Text that is not a tape. */
  INVALID_TEXT: true,
  /** Bytes that are not a tape. */
  INVALID_BYTES: true,
  /** Nodes that break a rule every tape keeps. */
  INVALID_TAPE: true,
  /** An input and an output array that share memory. */
  OVERLAP: true,
  /** A limit on memory that cannot be kept. */
  INFEASIBLE_MEMORY: true,
  /** A chain without stages. */
  EMPTY_CHAIN: true,
  /** Neighbouring stages of a problem that do not fit. */
  STAGE_MISMATCH: true,
  /** A size or count of nothing. */
  ZERO_SIZE: true,
  /** A structure that its stage cannot have. */
  STRUCTURE_MISMATCH: true,
  /** Costs beyond what can be counted exactly. */
  COST_OVERFLOW: true,
  /** A limit on the size of matrices that no plan keeps. */
  INFEASIBLE_SIZE: true,
  /** A limit on tapes that no plan keeps. */
  INFEASIBLE_TAPE: true,
  /** An order that asks for the matrix of a stage that never is one. */
  NEVER_FORMED: true,
  /** Nested pairs that do not name each stage once and in order. */
  NOT_A_BRACKETING: true,
  /** A method of planning that does not serve the problem. */
  METHOD_MISMATCH: true,
  /** A plan used on something it was not made for. */
  PLAN_MISMATCH: true,
  /** A plan whose steps cannot run. */
  INVALID_PLAN: true,
  /** Actions of a checkpointing schedule that cannot be done. */
  INVALID_SCHEDULE: true,
  /** Text that is not a plan, a bracketing or a problem. */
  PARSE_ERROR: true,
  /** A vertex that the graph does not list. */
  UNKNOWN_VERTEX: true,
  /** A vertex that is listed twice. */
  DUPLICATE_VERTEX: true,
  /** Two edges between the same vertices. */
  DUPLICATE_EDGE: true,
  /** An edge to an input. */
  INPUT_HAS_PREDECESSOR: true,
  /** Vertices that depend on each other. */
  CYCLE: true,
  /** A vertex on no path from an input to an output. */
  UNREACHABLE_VERTEX: true,
  /** An order that does not name every vertex between inputs and outputs once. */
  NOT_AN_ELIMINATION_ORDER: true,
  /** A cost model with numbers that are no speeds. */
  INVALID_COST_MODEL: true,
  /** A call that was cancelled without a reason of its own. */
  CANCELLED: true,
  /** A file that could not be written. */
  NOT_SAVED: true,
  /** Something used after `dispose()`. */
  DISPOSED: true,
  /** A fault of this library. */
  INTERNAL: true,
}

/** A stable name for the cause of an error. */
export type ErrorCode = keyof typeof CODES

/**
 * What every function of this library throws or rejects with.
 *
 * @example
 * try {
 *   record([[2], [3]], (x, y) => x.add(y))
 * } catch (error) {
 *   if (error instanceof ChainruleError) error.code // 'SHAPE_MISMATCH'
 * }
 */
export class ChainruleError extends Error {
  override readonly name = 'ChainruleError'
  /** The cause, by a name that stays. */
  readonly code: ErrorCode
  /** The argument at fault, where one can be named. */
  readonly argument?: string

  constructor(code: ErrorCode, message: string, argument?: string) {
    super(message)
    this.code = code
    if (argument !== undefined) this.argument = argument
  }
}

/** An error whose message says which argument it is about, what was wanted and what came. */
export function mismatch(
  code: ErrorCode,
  argument: string,
  wanted: string,
  came: string,
): ChainruleError {
  return new ChainruleError(code, `${argument} must ${wanted}, but ${came}`, argument)
}

/** Calls the core; what it throws becomes a `ChainruleError`, about `argument` where the core names none. */
export function guarded<T>(call: () => T, argument?: string): T {
  try {
    return call()
  } catch (error) {
    throw fromCore(error, argument)
  }
}

/** What separates code, argument and message in the text of an error of the core. */
const SEPARATOR = '\u001f'

/** The core's error as a `ChainruleError`; its text is `code`, `argument` and message, for asynchronous errors keep only text. */
export function fromCore(error: unknown, about?: string): unknown {
  if (!(error instanceof Error) || error instanceof ChainruleError) return error
  const [code, argument, message] = error.message.split(SEPARATOR)
  if (code !== undefined && message !== undefined && isErrorCode(code)) {
    return new ChainruleError(code, message, argument === '' ? about : argument)
  }
  return new ChainruleError('INTERNAL', error.message)
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CODES, code)
}
