// All tests, of Rust and of TypeScript; the last line says how many passed and failed.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { root } from './common.mjs'

build()
const counts = [rust(), typescript()]
const passed = counts.reduce((sum, count) => sum + count.passed, 0)
const failed = counts.reduce((sum, count) => sum + count.failed, 0)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && counts.every(count => count.passed > 0 && count.ended) ? 0 : 1)

/** Unit tests, integration tests and documentation examples of the workspace. */
function rust() {
  const { status, stdout } = spawnSync('cargo', ['test', '--workspace', '--no-fail-fast'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.stdout.write(stdout)
  const results = [...stdout.matchAll(/^test result: .*? (\d+) passed; (\d+) failed/gm)]
  const sum = place => results.reduce((total, result) => total + Number(result[place]), 0)
  const failed = sum(2)
  return {
    passed: sum(1),
    failed: status === 0 ? failed : Math.max(failed, 1),
    ended: status === 0,
  }
}

function typescript() {
  const report = join(root, 'target', 'vitest.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters], {
    cwd: root,
    stdio: 'inherit',
  })
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
  const failed = status === 0 ? numFailedTests : Math.max(numFailedTests, 1)
  return { passed: numPassedTests, failed, ended: status === 0 }
}
