// Runs the JavaScript suites, all or those named: proves that the answers agree, then lets Benchmark.js take the times.
//
//   npm run -s bench:js [-- crossing recording bulk]
//
// A suite is `{ question, prove, cases }`; `prove` throws unless the cases' answers agree, and a case is
// `{ name, run, count, unit }`: one run does `count` of what `unit` names.
import { cpus } from 'node:os'
import Benchmark from 'benchmark'
import { features, setThreads } from 'chainrule'
import { bulk } from './bulk.bench.mjs'
import { crossing } from './crossing.bench.mjs'
import { recording } from './recording.bench.mjs'

/** How long Benchmark.js samples a case. */
const SECONDS = 1

const suites = { crossing, recording, bulk }
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(suites)
const unknown = wanted.find(name => !Object.hasOwn(suites, name))
if (unknown !== undefined) {
  console.error(`there is no suite ${unknown}, only ${Object.keys(suites).join(', ')}`)
  process.exit(2)
}

setThreads(1)
console.log(`${cpus()[0]?.model}, ${features().simd}, Node ${process.version}, 1 thread`)
for (const name of wanted) {
  measure(suites[name])
}

function measure({ question, prove, cases }) {
  prove()
  console.log(`\n${question}`)
  const suite = new Benchmark.Suite({
    onCycle: ({ target }) => report(cases[target.id - first], target),
    onError: ({ target }) => {
      throw target.error
    },
  })
  for (const { name, run } of cases) {
    suite.add(name, run, { maxTime: SECONDS })
  }
  const first = suite[0].id
  suite.run()
}

function report({ name, count, unit }, { hz, stats }) {
  const sorted = [...stats.sample].sort((a, b) => a - b)
  const [median, min] = [sorted[sorted.length >> 1], sorted[0]].map(seconds =>
    time(seconds / count),
  )
  const rate = `${hz.toLocaleString('en', { maximumSignificantDigits: 4 })} runs/s`
  console.log(
    `  ${name.padEnd(44)} ${rate.padStart(18)}   median ${median}, minimum ${min} ${unit} (${sorted.length} samples)`,
  )
}

/** A time in the unit that suits it. */
function time(seconds) {
  const [factor, unit] = [
    [1e9, 'ns'],
    [1e6, 'µs'],
    [1e3, 'ms'],
  ].find(([factor]) => seconds * factor < 1000) ?? [1, 's']
  return `${(seconds * factor).toPrecision(3)} ${unit}`
}
