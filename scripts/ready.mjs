// What CI runs, in the same order: formatting, lints, types, guards, tests, and the package as a user would install it.
import { build } from './build.mjs'
import { run, tool } from './common.mjs'

build()
step('formatting', () => run('cargo', ['fmt', '--all', '--check']))
step('lints', () =>
  run('cargo', ['clippy', '--workspace', '--all-targets', '--quiet', '--', '-D', 'warnings']),
)
step('lints of TypeScript', () => tool('biome', ['check']))
step('types', () => tool('tsc', ['--project', '.']))
step('guards', () => run('cargo', ['xtask', 'check']))
step('tests', () => run(process.execPath, ['scripts/test.mjs']))
step('package', () => run(process.execPath, ['scripts/package.mjs']))

function step(name, work) {
  const start = performance.now()
  console.log(`== ${name}`)
  work()
  console.log(`== ${name}: ${((performance.now() - start) / 1e3).toFixed(1)} s`)
}
