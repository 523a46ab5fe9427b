/** `chainrule calibrate`: measures this machine, so that plans by time fit it. */
import type { Command } from 'commander'
import { type CalibrateOptions, calibrate } from '../index.js'
import { withBar } from './progress.js'
import { count } from './subject.js'
import { table } from './terminal.js'

interface Given {
  readonly quick?: boolean
  readonly threads?: number
  readonly json?: boolean
}

/** Adds the command to a program. */
export function addCalibrate(program: Command): void {
  program
    .command('calibrate')
    .description('measure this machine, and keep the result for planning by time')
    .option('-q, --quick', 'take about 3 seconds in place of 25')
    .option('-t, --threads <threads>', 'the most threads', count)
    .option('--json', 'print the cost model as JSON')
    .action(run)
}

async function run({ json, ...options }: Given): Promise<void> {
  const model = await withBar('calibrating', true, watched => {
    const all: CalibrateOptions = { ...options, ...watched }
    return calibrate(all)
  })
  if (json) {
    console.log(JSON.stringify(model, undefined, 2))
    return
  }
  const rows = model.speeds.map(({ threads, peak, bandwidth }) => {
    return [threads, (peak / 1e9).toFixed(1), (bandwidth / 1e9).toFixed(1)]
  })
  const head = ['threads', 'best product, Gflop/s', 'traffic, GB/s']
  console.log(`${model.machine}\n\n${table([head, ...rows], true)}`)
}
