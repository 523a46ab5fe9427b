/** Forms: one array, a list of forms, or forms by name. Inputs and results keep the form in which they were recorded. */
import { ChainruleError, mismatch } from './errors.js'
import { isList, kind } from './shape.js'

/** A form as a type: `'array'` is one array, `'fixed'` one that is not differentiated. */
export type Layout = 'array' | 'fixed' | readonly Layout[] | { readonly [name: string]: Layout }

/** The form `L` with `V` in the place of every array. */
export type Filled<L, V> = Layout extends L
  ? Tree<V>
  : L extends string
    ? V
    : { -readonly [K in keyof L]: Filled<L[K], V> }

/** The form `L` without the arrays that are not differentiated. */
export type Free<L> = L extends readonly []
  ? []
  : L extends readonly [infer First, ...infer Rest]
    ? First extends 'fixed'
      ? Free<Rest>
      : [Free<First>, ...Free<Rest>]
    : L extends readonly (infer Entry)[]
      ? Free<Entry>[]
      : L extends string
        ? L
        : { -readonly [K in keyof L as L[K] extends 'fixed' ? never : K]: Free<L[K]> }

/** The form `L` with some of its parts left out. */
export type Sparse<L, V> = L extends string ? V : { -readonly [K in keyof L]?: Sparse<L[K], V> }

/** Arrays in any form. */
export type Tree<V> = V | readonly Tree<V>[] | { readonly [name: string]: Tree<V> }

/** A form at run time; a leaf is the number of its array. */
export type Form =
  | { readonly kind: 'array'; readonly index: number }
  | { readonly kind: 'list'; readonly entries: readonly Form[] }
  | { readonly kind: 'names'; readonly entries: ReadonlyMap<string, Form> }

/** The form that paths describe: `''` is one array, `'0'` and `'1'` a list, `'x.0'` a list under a name. */
export function formOf(paths: readonly string[]): Form {
  return nested(paths.map((path, index) => ({ keys: path === '' ? [] : path.split('.'), index })))
}

function nested(leaves: readonly { keys: readonly string[]; index: number }[]): Form {
  const [first] = leaves
  if (first !== undefined && first.keys.length === 0) return { kind: 'array', index: first.index }
  const groups = new Map<string, { keys: readonly string[]; index: number }[]>()
  for (const { keys, index } of leaves) {
    const [key = '', ...rest] = keys
    const group = groups.get(key) ?? []
    groups.set(key, group)
    group.push({ keys: rest, index })
  }
  const entries = new Map([...groups].map(([key, group]) => [key, nested(group)]))
  const isPlace = (key: string) => /^\d+$/.test(key)
  return [...entries.keys()].every(isPlace)
    ? { kind: 'list', entries: [...entries.values()] }
    : { kind: 'names', entries }
}

/** Puts the value of every array in its place. */
export function build<V>(form: Form, value: (index: number) => V): Tree<V> {
  switch (form.kind) {
    case 'array':
      return value(form.index)
    case 'list':
      return form.entries.map(entry => build(entry, value))
    case 'names':
      return Object.fromEntries([...form.entries].map(([key, entry]) => [key, build(entry, value)]))
  }
}

/** As `build`, for a form whose type is known. */
export function filled<L, V>(form: Form, value: (index: number) => V | undefined): Filled<L, V>
export function filled(form: Form, value: (index: number) => unknown): unknown {
  return build(form, value)
}

/** Where a walk over a user's value meets an array: its number, what stands there, and what to call it. */
export type Visit = (index: number, value: unknown, argument: string) => void

/** Walks `value` along `form`. Parts may be missing where `partial` says so. */
export function walk(
  form: Form,
  value: unknown,
  argument: string,
  visit: Visit,
  partial = false,
): void {
  if (partial && value === undefined) return
  switch (form.kind) {
    case 'array':
      visit(form.index, value, argument)
      return
    case 'list':
      walkList(form.entries, value, argument, visit, partial)
      return
    case 'names':
      walkNames(form.entries, value, argument, visit, partial)
  }
}

function walkList(
  entries: readonly Form[],
  value: unknown,
  argument: string,
  visit: Visit,
  partial: boolean,
): void {
  const [only] = entries
  if (entries.length === 1 && only !== undefined && !(isList(value) && isWrapped(value))) {
    walk(only, value, argument, visit, partial)
    return
  }
  if (!isList(value) || value.length !== entries.length) {
    const wanted = `be a list of ${entries.length}, one for each array`
    const came = isList(value) ? `has ${value.length}` : `is ${kind(value)}`
    throw mismatch('SHAPE_MISMATCH', argument, wanted, came)
  }
  entries.forEach((entry, i) => {
    walk(entry, value[i], `${argument}[${i}]`, visit, partial)
  })
}

/** Whether a list is the list around the one array, and not the array itself. */
function isWrapped(value: readonly unknown[]): boolean {
  return value.length === 1 && typeof value[0] !== 'number'
}

function walkNames(
  entries: ReadonlyMap<string, Form>,
  value: unknown,
  argument: string,
  visit: Visit,
  partial: boolean,
): void {
  const names = [...entries.keys()].join(', ')
  if (!isRecord(value)) {
    throw mismatch('INVALID_ARGUMENT', argument, `be an object of ${names}`, `is ${kind(value)}`)
  }
  const unknown = Object.keys(value).find(name => !entries.has(name))
  if (unknown !== undefined) {
    const message = `${argument} has no \`${unknown}\`: the names are ${names}`
    throw new ChainruleError('UNKNOWN_NAME', message, argument)
  }
  for (const [name, entry] of entries) {
    walk(entry, value[name], `${argument}.${name}`, visit, partial)
  }
}

/** Whether it is an object by name: neither a list nor an array of numbers nor an instance of something. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || isList(value)) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
