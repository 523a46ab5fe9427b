// What the order of multiplying Jacobians is worth: a chain of matrices with a neck, every way round.
import { type ComparisonRow, compareAsync, type ProblemStage } from 'chainrule'
import cliProgress from 'cli-progress'

const widths = [512, 512, 512, 8, 512, 512, 512]

/** Compares the orders and says what the best one saves. */
export async function orders(): Promise<void> {
  const stages: ProblemStage[] = widths.slice(1).map((outputs, i) => {
    return { inputs: widths[i] ?? 0, outputs, jacobian: 'given' }
  })
  const bar = new cliProgress.SingleBar({
    format: 'orders [{bar}] {percentage} %',
    stream: process.stderr,
    clearOnComplete: true,
  })
  bar.start(100, 0)
  const comparison = await compareAsync(
    { stages, batch: 64 },
    { measure: true, bracketings: 0, seconds: 0, onProgress: done => bar.update(100 * done) },
  )
  bar.stop()
  console.log(`${comparison}\n`)
  const forward = comparison.row('forward')
  if (forward !== undefined) console.log(saved(comparison.winner, forward))
}

/** What the best order saves of forward mode. */
function saved(best: ComparisonRow, forward: ComparisonRow): string {
  const ratio = (forward.cost / best.cost).toFixed(1)
  const counts = `The best order saved ${forward.cost - best.cost} of ${forward.cost} multiply-adds: forward mode takes ${ratio} times as many`
  if (best.measured === undefined || forward.measured === undefined) return `${counts}.`
  const [short, long] = [best.measured.min, forward.measured.min]
  const times = (long / short).toFixed(1)
  return `${counts}, and ${times} times as long, ${(1e3 * long).toFixed(0)} ms instead of ${(1e3 * short).toFixed(0)}.`
}
