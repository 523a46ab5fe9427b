/** The points a tape runs on: what users give for its inputs, as rows of numbers that the core can read. */
import { mismatch } from './errors.js'
import { type Form, isRecord, type Layout, walk } from './form.js'
import { flatten, type Nested, refuseDetached } from './numbers.js'
import { checkOptions } from './options.js'
import { elements, isList, kind, type Shape, written } from './shape.js'

/** The numbers of one input at one point. */
export type Value = Nested | Float64Array

/** The numbers of one input at many points: a row for each, one row for all, or rows of a table by number. */
export type Rows =
  | Value
  | { readonly shared: Value }
  | { readonly data: Value; readonly index: Int32Array | readonly number[] }

/** The form `L` as users give it, with `V` for every array; the list around a single array may be left out. A form that
 * is not known when compiling is checked when running. */
export type Given<L, V> = Layout extends L
  ? unknown
  : L extends string
    ? V
    : L extends readonly [infer Only]
      ? readonly [Given<Only, V>] | Given<Only, V>
      : { readonly [K in keyof L]: Given<L[K], V> }

/** Inputs as arguments: by position, or one object by name. */
export type Arguments<X, V> = X extends readonly unknown[]
  ? { [K in keyof X]: Given<X[K], V> }
  : readonly [Given<X, V>] | readonly V[]

/** Inputs in one argument: a list, an object by name, or all rows joined in one array. */
export type Points<X> = Given<X, Rows> | readonly Rows[] | Float64Array

/** An input or output as the facade needs it. */
export interface ArrayInfo {
  readonly path: string
  readonly shape: Shape
}

/** The rows of one input as the core takes them. */
export interface CoreRows {
  kind: RowKind
  data: Float64Array
  index?: Int32Array
}

/** How the rows of an input belong to points; the numbers are the core's. */
export const RowKind = { each: 0, shared: 1, indexed: 2 } as const
export type RowKind = (typeof RowKind)[keyof typeof RowKind]

/** The numbers of every input at one point, given as arguments. */
export function pointInputs(
  form: Form,
  infos: readonly ArrayInfo[],
  args: readonly unknown[],
): Float64Array[] {
  return collected(form, infos, byNameOrPlace(form, args), (value, info, argument) => {
    return oneRow(value, info.shape, argument)
  })
}

/** The rows of every input at many points, and how many points there are. */
export function batchInputs(
  form: Form,
  infos: readonly ArrayInfo[],
  value: unknown,
  isShared: (input: number) => boolean,
): { points: number; rows: CoreRows[] } {
  const given = batchArguments(form, infos, value)
  let points: number | undefined
  const rows = collected(form, infos, given, (value, info, argument, input) => {
    const rows = coreRows(value, info.shape, argument, isShared(input))
    const own = pointsOf(rows, elements(info.shape), argument)
    if (own !== undefined && points !== undefined && own !== points) {
      const came = `has ${own}`
      throw mismatch(
        'SHAPE_MISMATCH',
        argument,
        `have ${points} points, as the inputs before it`,
        came,
      )
    }
    points ??= own
    return rows
  })
  return { points: points ?? 1, rows }
}

/** The value along the form, from arguments by position or one object by name. */
function byNameOrPlace(form: Form, args: readonly unknown[]): unknown {
  if (form.kind !== 'names' || (args.length === 1 && isRecord(args[0]))) {
    return form.kind === 'names' ? args[0] : args
  }
  const names = [...form.entries.keys()]
  if (args.length !== names.length) {
    const wanted = `be ${names.length} (${names.join(', ')}) or one object by name`
    throw mismatch('SHAPE_MISMATCH', 'inputs', wanted, `there are ${args.length}`)
  }
  return Object.fromEntries(names.map((name, i) => [name, args[i]]))
}

function batchArguments(form: Form, infos: readonly ArrayInfo[], value: unknown): unknown {
  if (value instanceof Float64Array && infos.length !== 1) return split(form, infos, value)
  if (form.kind !== 'names') return value
  return byNameOrPlace(form, isList(value) && !isNumbers(value) ? value : [value])
}

function isNumbers(list: readonly unknown[]): boolean {
  return list.every(entry => typeof entry === 'number')
}

/** Rows of all inputs joined, taken apart into the rows of each. */
function split(form: Form, infos: readonly ArrayInfo[], joined: Float64Array): unknown {
  const sizes = infos.map(({ shape }) => elements(shape))
  const width = sizes.reduce((sum, size) => sum + size, 0)
  refuseDetached(joined, 'inputs')
  if (width === 0 ? joined.length > 0 : joined.length % width !== 0) {
    const wanted = `have rows of ${width} numbers, those of all inputs`
    throw mismatch('SHAPE_MISMATCH', 'inputs', wanted, `has ${joined.length} numbers`)
  }
  const points = width === 0 ? 1 : joined.length / width
  let start = 0
  const columns = sizes.map(size => {
    const column = new Float64Array(points * size)
    for (let point = 0; point < points; point++) {
      const from = point * width + start
      column.set(joined.subarray(from, from + size), point * size)
    }
    start += size
    return column
  })
  return placed(form, columns)
}

function placed(form: Form, columns: readonly Float64Array[]): unknown {
  switch (form.kind) {
    case 'array':
      return columns[form.index]
    case 'list':
      return form.entries.map(entry => placed(entry, columns))
    case 'names':
      return Object.fromEntries(
        [...form.entries].map(([name, entry]) => [name, placed(entry, columns)]),
      )
  }
}

/** Visits the value of every input and returns what it was read as, in the order of the inputs. */
function collected<T>(
  form: Form,
  infos: readonly ArrayInfo[],
  value: unknown,
  read: (value: unknown, info: ArrayInfo, argument: string, input: number) => T,
): T[] {
  const found = new Map<number, T>()
  walk(form, value, 'inputs', (input, value, argument) => {
    const info = infos[input]
    if (info !== undefined) found.set(input, read(value, info, argument, input))
  })
  return infos.flatMap((_, input) => {
    const rows = found.get(input)
    return rows === undefined ? [] : [rows]
  })
}

function coreRows(value: unknown, shape: Shape, argument: string, prepared: boolean): CoreRows {
  if (isRecord(value) && 'shared' in value) {
    checkOptions(value, ['shared'], argument)
    return { kind: RowKind.shared, data: oneRow(value['shared'], shape, `${argument}.shared`) }
  }
  if (isRecord(value) && ('index' in value || 'data' in value)) {
    checkOptions(value, ['data', 'index'], argument)
    const data = manyRows(value['data'], shape, `${argument}.data`)
    return { kind: RowKind.indexed, data, index: indexOf(value['index'], `${argument}.index`) }
  }
  if (prepared) return { kind: RowKind.shared, data: oneRow(value, shape, argument) }
  return { kind: RowKind.each, data: manyRows(value, shape, argument) }
}

/** How many points there are rows for, where the rows say it. */
function pointsOf(
  { kind, data, index }: CoreRows,
  size: number,
  argument: string,
): number | undefined {
  if (kind === RowKind.shared) return undefined
  if (index !== undefined) return index.length
  if (size === 0) return undefined
  if (data.length % size === 0) return data.length / size
  const wanted = `have rows of ${size} numbers`
  throw mismatch('SHAPE_MISMATCH', argument, wanted, `has ${data.length} numbers`)
}

/** The numbers of one row: in the input's shape, or in a flat list. */
export function oneRow(value: unknown, shape: Shape, argument: string): Float64Array {
  const flat = flatten(value, argument)
  const isFlat = flat.shape.length <= 1 && flat.numbers.length === elements(shape)
  if (isFlat || written(flat.shape) === written(shape)) return flat.numbers
  const wanted = `have shape ${written(shape)} or ${elements(shape)} numbers`
  const came =
    flat.shape.length > 1 ? `has shape ${written(flat.shape)}` : `has ${flat.numbers.length}`
  throw mismatch('SHAPE_MISMATCH', argument, wanted, came)
}

/** The numbers of many rows: a flat list, or a list of rows in the input's shape. */
function manyRows(value: unknown, shape: Shape, argument: string): Float64Array {
  const flat = flatten(value, argument)
  if (flat.shape.length <= 1 || written(flat.shape.slice(1)) === written(shape)) return flat.numbers
  const wanted = `be a list of rows of shape ${written(shape)}`
  throw mismatch('SHAPE_MISMATCH', argument, wanted, `has shape ${written(flat.shape)}`)
}

function indexOf(value: unknown, argument: string): Int32Array {
  if (value instanceof Int32Array) {
    refuseDetached(value, argument)
    return value
  }
  if (isList(value)) {
    return Int32Array.from(value, (entry, i) => {
      if (typeof entry === 'number' && (entry | 0) === entry) return entry
      throw mismatch(
        'INVALID_ARGUMENT',
        `${argument}[${i}]`,
        'be a row number',
        `is ${kind(entry)}`,
      )
    })
  }
  throw mismatch('INVALID_ARGUMENT', argument, 'be an Int32Array or a list', `is ${kind(value)}`)
}

/** The numbers of arrays at one point, given in their form; arrays may also be given as a list in their order. */
export function valuesOf(
  infos: readonly ArrayInfo[],
  value: unknown,
  argument: string,
): Float64Array[] {
  const plain = infos.map(({ path, shape }) => ({ path: path.split('.').pop() ?? path, shape }))
  const list = isList(value) && value.length === infos.length && infos.length !== 1
  const [only] = plain
  if (infos.length === 1 && only !== undefined && !isRecord(value)) {
    return [oneRow(value, only.shape, argument)]
  }
  if (isRecord(value))
    checkOptions(
      value,
      plain.map(({ path }) => path),
      argument,
    )
  const given = (i: number) => {
    if (list) return value[i]
    if (isRecord(value)) return value[plain[i]?.path ?? '']
    const wanted = `be a list of ${infos.length} or an object by name`
    throw mismatch('SHAPE_MISMATCH', argument, wanted, `is ${kind(value)}`)
  }
  return plain.map(({ path, shape }, i) => oneRow(given(i), shape, `${argument}.${path}`))
}

/** A point as arguments: one argument may hold all inputs of a list. */
export function pointArguments(form: Form, args: readonly unknown[]): readonly unknown[] {
  const [only] = args
  const several = form.kind === 'list' && form.entries.length !== 1
  return several && args.length === 1 && isList(only) ? only : args
}
