/** Where a function is being written down: typed arrays that grow, handed to the core once at the end. */

import { type Rule, structuralShape } from './binding.cjs'
import { ChainruleError, guarded, mismatch } from './errors.js'
import { type Shape, written } from './shape.js'

/** The codes of nodes that are no elementwise op; the ops' own codes are in the generated methods. */
const CONSTANT = 1
const STRUCTURAL = 2

/** Words of a node: its code and three more. */
const WORDS = 4

/** Words of the first piece of nodes, and of the largest: each is twice as long as the one before, and none is moved. */
const [FIRST_PIECE, LARGEST_PIECE] = [1024 * WORDS, 32_768 * WORDS]

/** What a recording leaves behind for the core. Nodes below `shared` belong to the tape that the segment is joined into. */
export interface Words {
  shared: number
  nodes: Uint32Array<ArrayBuffer>[]
  numbers: Float64Array<ArrayBuffer>
  arrays: Float64Array<ArrayBuffer>[]
  shapes: Shape[]
  rules: Rule[]
  lists: Uint32Array<ArrayBuffer>
}

/** A recording as the core takes it. */
export function coreWords({ nodes, numbers, arrays, shapes, rules, lists }: Words) {
  return { nodes, numbers, arrays, shapes: shapes.map(shape => [...shape]), rules, lists }
}

/** A parameter of a structural op: whole numbers, or one number. */
type Field = readonly number[] | Int32Array | Uint32Array | number

/** The parameters of a structural op by name. */
export type Fields = Readonly<Record<string, Field>>

/** One recording. A node is named by its place; the names below `shared` exist already. */
export class Recording {
  readonly #shared: number
  readonly #full: Uint32Array<ArrayBuffer>[] = []
  /** The piece of nodes being written, the name of its first node, and how many of its words are written. */
  #piece = new Uint32Array(FIRST_PIECE)
  #first: number
  #written = 0
  #numbers = new Float64Array(256)
  #numberCount = 0
  #lists = new Uint32Array(256)
  #listLength = 0
  readonly #arrays: Float64Array<ArrayBuffer>[] = []
  readonly #shapes = new Map<string, Shape>()
  readonly #shapeNumbers = new Map<Shape, number>()
  readonly #rules: Rule[] = []
  readonly #ruleNumbers = new Map<string, number>()
  readonly #ruleShapes = new Map<string, Shape>()
  /** The rules of broadcasts that operands need, by the shape they make. */
  readonly #broadcasts = new Map<Shape, number>()
  #open = true

  constructor(shared: number) {
    this.#shared = shared
    this.#first = shared
    this.shape([])
  }

  /** The one object that stands for this shape here, so that shapes are compared by identity. */
  shape(sizes: Shape): Shape {
    const key = sizes.join()
    const known = this.#shapes.get(key)
    if (known !== undefined) return known
    const shape = Object.freeze([...sizes])
    this.#shapeNumbers.set(shape, this.#shapes.size)
    this.#shapes.set(key, shape)
    return shape
  }

  /** Writes a node and returns its name. */
  push(code: number, a: number, b: number, c: number): number {
    if (this.#written === this.#piece.length) this.#turn()
    const piece = this.#piece
    const at = this.#written
    piece[at] = code
    piece[at + 1] = a
    piece[at + 2] = b
    piece[at + 3] = c
    this.#written = at + WORDS
    return this.#first + at / WORDS
  }

  /** One number in every element of `shape`. */
  number(value: number, shape: Shape): number {
    const at = this.#numberCount++
    if (at === this.#numbers.length) this.#numbers = doubled(this.#numbers, Float64Array)
    this.#numbers[at] = value
    return this.push(CONSTANT, at, this.#numberOf(shape), 0)
  }

  /** An array of numbers, row-major. */
  array(data: Float64Array<ArrayBuffer>, shape: Shape): number {
    this.#arrays.push(data)
    return this.push(CONSTANT, this.#arrays.length - 1, this.#numberOf(shape), 1)
  }

  /** Writes a structural node; the core says its shape, once for the same op on the same shapes. */
  structural(
    op: string,
    fields: Fields,
    args: readonly { readonly node: number; readonly shape: Shape }[],
  ): { node: number; shape: Shape } {
    const key = keyOf(op, fields)
    const known = key === undefined ? undefined : this.#ruleNumbers.get(key)
    const number = known ?? this.#addRule(op, fields, key)
    const shape = this.#shapeOf(number, key, args)
    const first = this.#listLength
    for (const { node } of args) this.#list(node)
    return { node: this.push(STRUCTURAL, number, first, args.length), shape }
  }

  /** Writes a node broadcast to a shape to which it can be. */
  broadcast(node: number, shape: Shape): number {
    let number = this.#broadcasts.get(shape)
    if (number === undefined) {
      number = this.#addRule('broadcast', { shape }, undefined)
      this.#broadcasts.set(shape, number)
    }
    const first = this.#listLength
    this.#list(node)
    return this.push(STRUCTURAL, number, first, 1)
  }

  /** Ends the recording and returns what was written. */
  end(): Words {
    const words = {
      shared: this.#shared,
      nodes: [...this.#full, this.#piece.subarray(0, this.#written)],
      numbers: this.#numbers.subarray(0, this.#numberCount),
      arrays: this.#arrays,
      shapes: [...this.#shapes.values()],
      rules: this.#rules,
      lists: this.#lists.subarray(0, this.#listLength),
    }
    this.close()
    return words
  }

  /** Ends the recording; whatever is written after it throws. */
  close(): void {
    this.#open = false
    // No room at all: the check that every node makes anyway then finds the end.
    this.#piece = new Uint32Array(0)
    this.#written = 0
  }

  /** Goes on to a new piece of nodes. */
  #turn(): void {
    if (!this.#open) {
      const wanted = 'be used inside the function given to `record`'
      throw mismatch('NOT_RECORDING', 'a variable', wanted, 'its recording has ended')
    }
    this.#full.push(this.#piece)
    this.#first += this.#written / WORDS
    this.#piece = new Uint32Array(Math.min(2 * this.#written, LARGEST_PIECE))
    this.#written = 0
  }

  #list(node: number): void {
    if (this.#listLength === this.#lists.length) this.#lists = doubled(this.#lists, Uint32Array)
    this.#lists[this.#listLength++] = node
  }

  #numberOf(shape: Shape): number {
    return this.#shapeNumbers.get(shape) ?? this.#numberOf(this.shape(shape))
  }

  #addRule(op: string, fields: Fields, key: string | undefined): number {
    const number = this.#rules.length
    const field = ([name, value]: [string, Field]) =>
      typeof value === 'number' ? { name, number: value } : { name, list: Float64Array.from(value) }
    this.#rules.push({ op, fields: Object.entries(fields).map(field) })
    if (key !== undefined) this.#ruleNumbers.set(key, number)
    return number
  }

  #shapeOf(number: number, key: string | undefined, args: readonly { shape: Shape }[]): Shape {
    const shapes = args.map(arg => arg.shape)
    const place = key === undefined ? '' : `${key} ${shapes.map(written).join()}`
    const known = this.#ruleShapes.get(place)
    if (known !== undefined) return known
    const rule = this.#rules[number]
    if (rule === undefined) throw new ChainruleError('INTERNAL', `there is no rule ${number}`)
    const shape = this.shape(
      guarded(() =>
        structuralShape(
          rule,
          shapes.map(s => [...s]),
        ),
      ),
    )
    if (key !== undefined) this.#ruleShapes.set(place, shape)
    return shape
  }
}

/** The longest list of a parameter that is worth keeping as part of a key. */
const LONGEST_KEY = 32

/** What makes two structural ops the same, or nothing where saying it would cost more than asking the core. */
function keyOf(op: string, fields: Fields): string | undefined {
  let key = op
  for (const name in fields) {
    const value = fields[name]
    if (typeof value === 'object' && value.length > LONGEST_KEY) return undefined
    key += ` ${name}=${value}`
  }
  return key
}

/** The same numbers in an array of twice the length. */
function doubled<T extends Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(
  array: T,
  Type: new (length: number) => T,
): T {
  const larger = new Type(array.length * 2)
  larger.set(array)
  return larger
}

/** The recordings under way, the innermost last. */
const underWay: Recording[] = []

/** Runs `fn` with `recording` as the one that numbers and constants belong to; ends it if `fn` throws. */
export function during<T>(recording: Recording, fn: () => T): T {
  underWay.push(recording)
  try {
    return fn()
  } catch (error) {
    recording.close()
    throw error
  } finally {
    underWay.pop()
  }
}

/** The innermost recording under way. */
export function current(what: string): Recording {
  const recording = underWay.at(-1)
  if (recording !== undefined) return recording
  throw mismatch('NOT_RECORDING', what, 'be used inside the function given to `record`', 'is not')
}
