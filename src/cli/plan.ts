/** `chainrule plan`: the best order of multiplying Jacobians. */
import { type Command, Option } from 'commander'
import { type Objective, type Plan, type PlanOptions, plan, Tape } from '../index.js'
import { count, subjectOf, WHAT } from './subject.js'
import { table } from './terminal.js'

interface Given {
  readonly batch?: number
  readonly objective?: Objective
  readonly memory?: number
  readonly tapeLimit?: number
  readonly threads?: number
  readonly method?: PlanOptions['method'] & string
  readonly explain?: boolean
  readonly dot?: boolean
  readonly mermaid?: boolean
  readonly json?: boolean
}

const OBJECTIVES = ['flops', 'time', 'memory', 'criticalPath', 'split', 'writes', 'largest']
const METHODS = ['auto', 'intervalProgram', 'huShing', 'chin']

/** Adds the command to a program. */
export function addPlan(program: Command): void {
  program
    .command('plan')
    .description('find the best order of multiplying Jacobians')
    .argument('<what...>', WHAT)
    .option('-b, --batch <points>', 'how many points at once (matrices: 1, a tape: 64)', count)
    .addOption(new Option('-o, --objective <name>', 'what to keep small').choices(OBJECTIVES))
    .option('--memory <bytes>', 'the most bytes of matrices alive at once', count)
    .option('--tape-limit <entries>', 'the most tape entries one adjoint sweep passes', count)
    .option('-t, --threads <threads>', 'how many threads: time, split, criticalPath', count)
    .addOption(new Option('--method <name>', 'how to search').choices(METHODS))
    .option('-e, --explain', 'say why each step was chosen')
    .option('--dot', 'print the plan as a graph for Graphviz')
    .option('--mermaid', 'print the plan as a Mermaid flowchart')
    .addOption(new Option('--json', 'print JSON').conflicts(['explain', 'dot', 'mermaid']))
    .addHelpText(
      'after',
      '\nExample: chainrule plan 512 512 512 8 512 512 512 --batch 64 --explain',
    )
    .action(run)
}

function run(what: readonly string[], given: Given): void {
  const { batch, explain, dot, mermaid, json, ...options } = given
  const subject = subjectOf(what)
  const found =
    subject instanceof Tape
      ? plan(subject, { ...options, ...(batch === undefined ? {} : { batch }) })
      : plan({ ...subject, ...(batch === undefined ? {} : { batch }) }, options)
  if (json) {
    console.log(JSON.stringify(found, undefined, 2))
    return
  }
  const parts = [
    ...(dot || mermaid ? [] : [summary(found)]),
    ...(explain ? [found.explain().trimEnd()] : []),
    ...(dot ? [found.toDot().trimEnd()] : []),
    ...(mermaid ? [found.toMermaid().trimEnd()] : []),
  ]
  console.log(parts.join('\n\n'))
}

/** What a plan is, and how good. */
function summary(plan: Plan): string {
  const { certificate, cost, peakMemory, criticalPath, schedule } = plan
  const known =
    certificate.kind === 'optimal'
      ? `optimal for ${plan.objective}, by ${certificate.by}`
      : `${plan.objective} ${plan.value}, no plan is below ${certificate.lowerBound}`
  return table([
    ['order', JSON.stringify(plan.tree)],
    ['certificate', known],
    ['multiply-adds', cost],
    ['peak memory', `${peakMemory} bytes`],
    ['critical path', criticalPath],
    ...(plan.objective === 'time'
      ? [['predicted', `${(1e3 * plan.value).toPrecision(3)} ms`]]
      : []),
    ...(schedule === undefined
      ? []
      : [['schedule', `${schedule.makespan} on ${schedule.machines} threads`]]),
  ])
}
