/** The command line: `chainrule COMMAND`. Ends with 0, with 1 where the library refuses, with 2 for bad usage. */
import { Command, CommanderError } from 'commander'
import { ChainruleError, version } from '../index.js'
import { addCalibrate } from './calibrate.js'
import { addCompare } from './compare.js'
import { addInfo } from './info.js'
import { addJacobian } from './jacobian.js'
import { addPlan } from './plan.js'
import { UsageError } from './usage.js'

const program = new Command('chainrule')
  .description('Automatic differentiation by the cheapest order of multiplying Jacobians')
  .version(version)
  .showHelpAfterError('(chainrule --help says what there is)')
  .exitOverride()
addPlan(program)
addCompare(program)
addJacobian(program)
addCalibrate(program)
addInfo(program)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCode(error)
}

/** Says what went wrong, where that has not been said, and gives the exit code. */
function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof ChainruleError) console.error(`${error.code}: ${error.message}`)
  else console.error(error instanceof Error ? error.message : String(error))
  if (error instanceof UsageError) return 2
  return error instanceof Error && error.name === 'AbortError' ? 130 : 1
}
