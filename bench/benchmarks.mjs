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

/** How long Benchmark.js samples a case, in rounds that take the cases in turn: what slows the machine slows all alike. */
const SECONDS = 1.5
const ROUNDS = 3

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
  const samples = cases.map(() => [])
  for (let round = 0; round < ROUNDS; round++) {
    cases.forEach(({ name, run }, i) => {
      const benchmark = new Benchmark(name, run, { maxTime: SECONDS / ROUNDS })
      benchmark.run()
      if (benchmark.error !== undefined) throw benchmark.error
      samples[i].push(...benchmark.stats.sample)
    })
  }
  cases.forEach((entry, i) => {
    report(entry, samples[i])
  })
}

function report({ name, count, unit }, sample) {
  const sorted = sample.sort((a, b) => a - b)
  const [median, min] = [sorted[sorted.length >> 1], sorted[0]]
  const rate = `${(1 / median).toLocaleString('en', { maximumSignificantDigits: 4 })} runs/s`
  const [each, least] = [median, min].map(seconds => time(seconds / count))
  console.log(
    `  ${name.padEnd(44)} ${rate.padStart(18)}   median ${each}, minimum ${least} ${unit} (${sorted.length} samples)`,
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
