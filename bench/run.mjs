// Runs one problem of the work list: checks its digest, then times it.
//
//   npm run -s bench -- P5 sph_N1e6 [--threads N] [--json] [--data DIR]
//
// The problem's times are medians of many runs after the answers have been proved right.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { setThreads } from 'chainrule'
import { checkDigest, digest, timed } from './harness.mjs'
import { problems } from './problems/index.mjs'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1' },
    data: { type: 'string', default: '../shared/data' },
    json: { type: 'boolean', default: false },
  },
})
const [name = '', size = ''] = positionals
const problem = problems[name]
if (problem === undefined || !problem.sizes.includes(size)) {
  const known = Object.entries(problems).flatMap(([key, { sizes }]) =>
    sizes.map(s => `  ${key} ${s}`),
  )
  console.error(
    `usage: npm run -s bench -- PROBLEM SIZE [--threads N] [--json] [--data DIR]\n${known.join('\n')}`,
  )
  process.exit(2)
}

const threads = Number(options.threads)
setThreads(threads)
const { run, output } = await problem.make(size, options.data)
run()
const reference = JSON.parse(
  readFileSync(new URL(`./reference/${problem.reference(size)}.json`, import.meta.url), 'utf8'),
)
const found = digest(output())
checkDigest(output(), found, reference)

const { median, min, runs } = timed(run)
if (options.json) {
  console.log(
    JSON.stringify({ problem: name, size, threads, median_s: median, min_s: min, digest: found }),
  )
} else {
  const ms = seconds => `${(seconds * 1e3).toPrecision(4)} ms`
  console.log(
    `${name} ${size}, ${threads} thread(s): median ${ms(median)}, minimum ${ms(min)} of ${runs} runs; digest agrees`,
  )
  if (problem.unit) {
    console.log(problem.unit(size, median))
  }
}
