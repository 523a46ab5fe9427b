/** `chainrule jacobian`: the plan that is in use, and the Jacobian at some points. */
import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Jacobian, jacobian, type Order, Tape } from '../index.js'
import { orderOf } from './order.js'
import { count, subjectOf } from './subject.js'
import { isColored, table } from './terminal.js'
import { UsageError } from './usage.js'

interface Given {
  readonly at?: unknown
  readonly points?: string
  readonly order?: Order
  readonly wrt?: readonly string[]
  readonly shared?: readonly string[]
  readonly batch?: number
  readonly threads?: number
  readonly json?: boolean
}

/** Adds the command to a program. */
export function addJacobian(program: Command): void {
  const points = new Option('--points <file>', 'points to evaluate at: a line each, or JSON')
  program
    .command('jacobian')
    .description('say by which plan a Jacobian is made, and evaluate it')
    .argument('<file>', 'the file of a tape')
    .option('--at <numbers>', 'a point: all its numbers, as 1,2,3, or JSON by input', numbers)
    .addOption(points.conflicts('at'))
    .option('--order <order>', 'auto, forward, reverse, or pairs of stages: [[0,1],2]', orderOf)
    .option('--wrt <paths...>', 'inputs to differentiate by, in this order')
    .option('--shared <paths...>', 'inputs that are one row for all points')
    .option('-b, --batch <points>', 'for how many points it is planned (64)', count)
    .option('-t, --threads <threads>', 'on how many threads', count)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample: chainrule jacobian net.tape --at 0.5,1,2 --order reverse')
    .action(run)
}

function run(file: string, { at, points, json, ...options }: Given): void {
  const tape = tapeOf(file)
  const prepared = jacobian(tape, options)
  const place = points === undefined ? at : read(points)
  const results = place === undefined ? [] : evaluated(prepared, tape, place)
  if (json) {
    const { order, sweeps, cost, shape, plan } = prepared
    const said = { order, sweeps, cost, shape, plan: plan.toJSON() }
    const all = place === undefined ? said : { ...said, points: results }
    console.log(JSON.stringify(all, unlimited, 2))
    return
  }
  const bold = (text: string) => (isColored() ? `\u001b[1m${text}\u001b[0m` : text)
  const parts = results.map((result, i) => `${bold(`point ${i}`)}\n${shown(result)}`)
  console.log([summary(prepared), ...parts].join('\n\n'))
}

function tapeOf(file: string): Tape<unknown, unknown> {
  const subject = /^\d+$/.test(file) ? undefined : subjectOf([file])
  if (subject instanceof Tape) return subject
  throw new UsageError(`jacobian takes the file of a tape, but ${file} is none`)
}

/** How the Jacobian is made. */
function summary({ order, plan, shape, sweeps, cost }: Jacobian<unknown, unknown>): string {
  const { certificate } = plan
  const known =
    certificate.kind === 'optimal'
      ? `optimal for ${plan.objective}, by ${certificate.by}`
      : `${plan.objective} ${plan.value}, no plan is below ${certificate.lowerBound}`
  return table([
    ['Jacobian', `${shape[0]} x ${shape[1]}`],
    ['mode', order],
    ['order', JSON.stringify(plan.tree)],
    ['certificate', known],
    ['sweeps', sweeps],
    ['multiply-adds', `${cost} a point`],
  ])
}

/** What comes out at one point: the numbers of each output, and the matrix row by row. */
interface Result {
  readonly value: Readonly<Record<string, readonly number[]>>
  readonly jacobian: readonly (readonly number[])[]
}

function evaluated(
  prepared: Jacobian<unknown, unknown>,
  tape: Tape<unknown, unknown>,
  place: unknown,
): Result[] {
  const { value, jacobian } = prepared.at(Object(place))
  const outputs = arrays(value)
  const [rows, columns] = prepared.shape
  const points = jacobian.length / Math.max(rows * columns, 1)
  return Array.from({ length: points }, (_, point) => {
    const part = (all: Float64Array, at: number, of: number) => {
      const size = all.length / of
      return Array.from(all.subarray(at * size, (at + 1) * size))
    }
    const values = tape.outputs.map(({ path }, i) => {
      return [path, part(outputs[i] ?? new Float64Array(), point, points)] as const
    })
    const matrix = Float64Array.from(part(jacobian, point, points))
    return {
      value: Object.fromEntries(values),
      jacobian: Array.from({ length: rows }, (_, row) => part(matrix, row, rows)),
    }
  })
}

/** The arrays of a result, in the order of the outputs. */
function arrays(value: unknown): Float64Array[] {
  if (value instanceof Float64Array) return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(arrays) : []
}

function shown({ value, jacobian }: Result): string {
  const short = (x: number) => `${Number(x.toPrecision(7))}`
  const values = Object.entries(value).map(([path, all]) => [path, all.map(short).join(' ')])
  return [table(values), table(jacobian.map(row => row.map(short)))].join('\n')
}

/** Numbers that JSON has no word for, as text. */
function unlimited(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

/** A point on the command line. */
function numbers(text: string): unknown {
  const wrong = (reason: string) => new InvalidArgumentError(reason)
  return parsed(text, wrong)
}

/** Points in a file. */
function read(file: string): unknown {
  return parsed(readFileSync(file, 'utf8'), reason => new Error(`${file}: ${reason}`))
}

/** JSON by input, or numbers: those of all inputs at a point, one point after the other. */
function parsed(text: string, wrong: (reason: string) => Error): unknown {
  const trimmed = text.trim()
  if (/^[[{]/.test(trimmed)) {
    try {
      return JSON.parse(trimmed)
    } catch (error) {
      throw wrong(`It must be JSON: ${error instanceof Error ? error.message : String(error)}.`)
    }
  }
  const words = trimmed.split(/[\s,;]+/).filter(word => word !== '')
  const bad = words.find(word => Number.isNaN(Number(word)) && word !== 'NaN')
  if (bad !== undefined) throw wrong(`It must be numbers, but one is ${bad}.`)
  if (words.length === 0) throw wrong('It must be numbers, but there is none.')
  return Float64Array.from(words, Number)
}
