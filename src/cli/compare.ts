/** `chainrule compare`: the orders of multiplying Jacobians, side by side. */
import { writeFileSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { compareAsync, type Order } from '../index.js'
import { orderOf } from './order.js'
import { withBar } from './progress.js'
import { count, subjectOf, WHAT } from './subject.js'
import { isColored } from './terminal.js'

interface Given {
  readonly batch?: number
  readonly threads?: number
  readonly memory?: number
  readonly bracketings?: number
  readonly seconds?: number
  readonly measure?: boolean | 'everything'
  readonly order?: Readonly<Record<string, Order>>
  readonly shared?: readonly string[]
  readonly json?: boolean
  readonly html?: string
}

/** Adds the command to a program. */
export function addCompare(program: Command): void {
  program
    .command('compare')
    .description('compare what the orders of multiplying Jacobians cost')
    .argument('<what...>', WHAT)
    .option('-b, --batch <points>', 'how many points at once (matrices: 1, a tape: 64)', count)
    .option('-t, --threads <threads>', 'on how many threads', count)
    .option('--memory <bytes>', 'what the matrices of a plan may take', count)
    .option('--bracketings <links>', 'list all bracketings of at most so many links', count)
    .option('-m, --measure [everything]', 'run and time the orders', measured)
    .option('--seconds <seconds>', 'about how long to measure', Number)
    .option('--order <name=order>', 'one more order: forward, reverse, [[0,1],2]', named)
    .option('--shared <paths...>', 'inputs of the tape that are one row for all points')
    .option('--json', 'print JSON')
    .option('--html <file>', 'write a page with plots')
    .addHelpText('after', '\nExample: chainrule compare 512 512 512 8 512 512 512 --batch 64')
    .action(run)
}

async function run(what: readonly string[], given: Given): Promise<void> {
  const subject = subjectOf(what)
  const { order, json, html, ...options } = given
  const comparison = await withBar('measuring', options.measure !== undefined, watched => {
    const orders = order === undefined ? {} : { orders: order }
    return compareAsync(subject, { ...options, ...orders, ...watched })
  })
  if (html !== undefined) {
    writeFileSync(html, comparison.toHTML())
    console.error(`${html} written`)
  }
  console.log(json ? JSON.stringify(comparison, undefined, 2) : colored(comparison.toString()))
}

/** The winner stands out where somebody looks at a terminal and has nothing against colours. */
function colored(text: string): string {
  if (!isColored()) return text
  return text.replace(/^ \*.*$/m, line => `\u001b[1;32m${line}\u001b[0m`)
}

function measured(text: string): 'everything' {
  if (text === 'everything') return text
  throw new InvalidArgumentError("It must be 'everything' or be left out.")
}

function named(
  text: string,
  before: Readonly<Record<string, Order>> = {},
): Readonly<Record<string, Order>> {
  const at = text.indexOf('=')
  const [name, order] = [text.slice(0, at), text.slice(at + 1)]
  if (at < 1) throw new InvalidArgumentError('It must be a name, =, and an order.')
  return { ...before, [name]: orderOf(order) }
}
