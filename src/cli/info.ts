/** `chainrule info`: what is installed, and what it runs on. */
import type { Command } from 'commander'
import { features, loadCalibration, version } from '../index.js'
import { table } from './terminal.js'

/** Adds the command to a program. */
export function addInfo(program: Command): void {
  program
    .command('info')
    .description('say what is installed, and what it runs on')
    .option('--json', 'print JSON')
    .action(run)
}

function run({ json }: { readonly json?: boolean }): void {
  const { model, source, warning } = loadCalibration()
  const { simd, engine, threads } = features()
  const calibration = source === 'default' ? 'none, an assumed machine' : model.machine
  const platform = `${process.platform}-${process.arch}`
  const said = {
    version,
    node: process.versions.node,
    platform,
    simd,
    engine,
    threads,
    calibration,
  }
  if (json) {
    console.log(
      JSON.stringify({ ...said, ...(warning === undefined ? {} : { warning }) }, undefined, 2),
    )
    return
  }
  console.log(table(Object.entries(said)))
  if (warning !== undefined) console.error(warning)
}
