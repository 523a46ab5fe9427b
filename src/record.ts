/** `record`: runs a function on variables and keeps what it did as a tape. */
import { type NamedNode, recordTape } from './binding.cjs'
import { guarded, mismatch } from './errors.js'
import { isRecord } from './form.js'
import { coreWords, during, Recording } from './recording.js'
import { checkShape, isFunction, isList, kind, type Shape } from './shape.js'
import { type InputInfo, Tape } from './tape.js'
import { checkVariable, type Operand, Var } from './var.js'

/** One input: its shape, and whether it is `fixed`, that is, not differentiated. */
export type InputSpec = Shape | { readonly shape: Shape; readonly fixed?: boolean }

/** The inputs of a function, by position or by name. */
export type InputSpecs = readonly InputSpec[] | { readonly [name: string]: InputSpec }

/** What a recorded function may return: variables or numbers, in lists or by name. */
export type Recorded = Operand | readonly Recorded[] | { readonly [name: string]: Recorded }

/** The layout of inputs. */
export type InputLayout<S> = {
  -readonly [K in keyof S]: S[K] extends { readonly fixed: true } ? 'fixed' : 'array'
}

/** The layout of a result. */
export type ResultLayout<R> = R extends Operand
  ? 'array'
  : { -readonly [K in keyof R]: ResultLayout<R[K]> }

/** A variable for every input. */
export type Vars<S> = { -readonly [K in keyof S]: Var }

/**
 * Records what `fn` does to its variables as a tape.
 *
 * Inputs by position give variables by position, inputs by name one object of variables. The result of `fn` (one
 * variable, a list, an object by name) is the form in which the tape gives its results.
 *
 * @throws ChainruleError `SHAPE_MISMATCH`, `FOREIGN_VARIABLE`, `INVALID_ARGUMENT`; and what `fn` throws
 * @example
 * const f = record([[], []], (x, y) => x.mul(y).add(x.sin()))
 * const g = record({ x: [3], W: { shape: [4, 3], fixed: true } }, ({ x, W }) => W.dot(x).tanh())
 */
export function record<const S extends readonly InputSpec[], const R extends Recorded>(
  inputs: S,
  fn: (...vars: Vars<S>) => R,
): Tape<InputLayout<S>, ResultLayout<R>>
export function record<
  const S extends { readonly [name: string]: InputSpec },
  const R extends Recorded,
>(inputs: S, fn: (vars: Vars<S>) => R): Tape<InputLayout<S>, ResultLayout<R>>
export function record(inputs: InputSpecs, fn: unknown): unknown {
  if (!isFunction(fn)) {
    throw mismatch('INVALID_ARGUMENT', '`fn` of `record`', 'be a function', `is ${kind(fn)}`)
  }
  const infos = inputInfos(inputs)
  const recording = new Recording(infos.length)
  const vars = inputVars(recording, infos)
  const outputs = during(recording, () => {
    const result = isList(inputs) ? fn(...vars) : fn(byName(infos, vars))
    return outputsOf(result, recording)
  })
  const words = coreWords(recording.end())
  const named = outputs.map(({ path, node }) => ({ path, node }))
  return new Tape(guarded(() => recordTape(infos, words, named)))
}

/** Checks what the user says of the inputs. */
export function inputInfos(inputs: unknown): InputInfo[] {
  if (isList(inputs)) return inputs.map((spec, i) => inputInfo(`${i}`, spec, `inputs[${i}]`))
  if (!isRecord(inputs)) {
    const wanted = 'be a list of shapes or an object of shapes by name'
    throw mismatch('INVALID_ARGUMENT', 'inputs', wanted, `is ${kind(inputs)}`)
  }
  return Object.entries(inputs).map(([name, spec]) => {
    checkName(name, 'an input')
    return inputInfo(name, spec, `inputs.${name}`)
  })
}

function inputInfo(path: string, spec: unknown, argument: string): InputInfo {
  if (!isRecord(spec)) return { path, shape: [...checkShape(spec, argument)], fixed: false }
  const unknown = Object.keys(spec).find(key => key !== 'shape' && key !== 'fixed')
  if (unknown !== undefined) {
    throw mismatch('UNKNOWN_NAME', argument, 'have `shape` and `fixed` only', `has \`${unknown}\``)
  }
  const { shape, fixed = false } = spec
  if (typeof fixed !== 'boolean') {
    const wanted = 'be true or false'
    throw mismatch('INVALID_ARGUMENT', `${argument}.fixed`, wanted, `is ${kind(fixed)}`)
  }
  return { path, shape: [...checkShape(shape, `${argument}.shape`)], fixed }
}

/** Variables for the inputs, which are the first nodes. */
export function inputVars(recording: Recording, infos: readonly InputInfo[]): Var[] {
  return infos.map(({ shape }, node) => new Var(recording, node, recording.shape(shape)))
}

/** The variables by the names of the inputs. */
export function byName(infos: readonly InputInfo[], vars: readonly Var[]): Record<string, Var> {
  const names = infos.map(({ path }) => path)
  return Object.fromEntries(vars.map((variable, i) => [names[i], variable]))
}

/** An output of a recording: its place in the form of the result, its node and its shape. */
export interface RecordedOutput extends NamedNode {
  readonly shape: Shape
}

/** The outputs that a result holds. */
export function outputsOf(result: unknown, recording: Recording): RecordedOutput[] {
  const outputs: RecordedOutput[] = []
  const above: unknown[] = []
  const visit = (value: unknown, path: string) => {
    if (above.includes(value)) {
      const wanted = 'not hold itself'
      throw mismatch('INVALID_ARGUMENT', 'the result of the function', wanted, `does at ${path}`)
    }
    const below = (key: string | number) => (path === '' ? `${key}` : `${path}.${key}`)
    if (typeof value === 'number') {
      outputs.push({ path, node: recording.number(value, recording.shape([])), shape: [] })
    } else if (isList(value)) {
      above.push(value)
      value.forEach((entry, i) => {
        visit(entry, below(i))
      })
      above.pop()
    } else if (isRecord(value)) {
      above.push(value)
      for (const [name, entry] of Object.entries(value)) {
        checkName(name, 'an output')
        visit(entry, below(name))
      }
      above.pop()
    } else {
      const { node, shape } = checkedVariable(value, recording)
      outputs.push({ path, node, shape })
    }
  }
  visit(result, '')
  return outputs
}

function checkedVariable(value: unknown, recording: Recording): Var {
  const argument = 'the result of the function'
  if (value instanceof Var) {
    checkVariable(value, argument, recording)
    return value
  }
  const wanted = 'be a variable, a list of variables or an object of variables by name'
  throw mismatch('INVALID_ARGUMENT', argument, wanted, `is ${kind(value)}`)
}

function checkName(name: string, what: string): void {
  if (/^[A-Za-z_]\w*$/.test(name)) return
  const wanted = 'be made of letters, digits and _, and not begin with a digit'
  throw mismatch('UNKNOWN_NAME', `the name of ${what}`, wanted, `is ${JSON.stringify(name)}`)
}
