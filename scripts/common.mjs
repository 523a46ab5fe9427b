// What the scripts share: the tools they need, running commands, and doing nothing twice.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const windows = process.platform === 'win32'

/** Ends the script with a sentence. */
export function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

/** Runs a command to its end and ends the script where it fails; `quiet` keeps its output unless it does. */
export function run(command, args, { quiet = false, env = {} } = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: quiet ? 'pipe' : 'inherit',
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    shell: windows,
  })
  if (error !== undefined || status !== 0) {
    if (quiet) process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`)
    fail(`${[command, ...args].join(' ')} failed${error === undefined ? '' : `: ${error.message}`}`)
  }
  return stdout ?? ''
}

/** Runs a tool of the project's own dependencies. */
export function tool(name, args, options) {
  return run(join(root, 'node_modules', '.bin', windows ? `${name}.cmd` : name), args, options)
}

/** Says in one sentence what is missing or too old. */
export function checkTools() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    fail(
      `chainrule needs Node 20 or newer, but this is Node ${process.versions.node}: install a newer one.`,
    )
  }
  const { status, stdout } = spawnSync('rustc', ['--version'], { encoding: 'utf8', shell: windows })
  const version = /^rustc (\d+)\.(\d+)/.exec(stdout ?? '')
  const wanted = 'Install a stable Rust toolchain, 1.89 or newer, with rustup.'
  if (status !== 0 || version === null)
    fail(`chainrule is built from Rust, and there is no rustc here. ${wanted}`)
  if (Number(version[1]) === 1 && Number(version[2]) < 89) {
    fail(`chainrule needs Rust 1.89 or newer, but this is ${stdout.trim()}. ${wanted}`)
  }
}

/** Installs exactly what package-lock.json names, whatever npm this is, unless that is done. */
export function installPackages() {
  const lock = join(root, 'package-lock.json')
  const done = join(root, 'node_modules', '.package-lock.json')
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) return
  console.log('Installing packages')
  run('npm', ['ci', '--loglevel=error'])
}

/** Does `work` unless nothing in `sources` (files and folders) has changed since it was last done and `results` exist. */
export function unlessDone(name, sources, results, work) {
  const hash = createHash('sha256')
  for (const file of sources.flatMap(source => files(join(root, source)))) {
    hash.update(relative(root, file)).update(readFileSync(file))
  }
  const digest = hash.digest('hex')
  const stamp = join(root, 'target', 'stamps', name)
  const unchanged = existsSync(stamp) && readFileSync(stamp, 'utf8') === digest
  if (unchanged && results.every(result => existsSync(join(root, result)))) return
  work()
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, digest)
}

function files(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  const inside = readdirSync(path)
    .filter(name => name !== 'target' && !name.endsWith('.node'))
    .sort()
  return inside.flatMap(name => files(join(path, name)))
}
