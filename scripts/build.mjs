// Builds the addon in release and the facade, where their sources have changed.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkTools, installPackages, root, tool, unlessDone } from './common.mjs'

/** Everything that importing `chainrule` needs. */
export function build() {
  checkTools()
  installPackages()
  unlessDone(
    'addon',
    ['crates', 'Cargo.toml', 'Cargo.lock', '.cargo'],
    ['src/binding.cjs', `src/${addon()}`],
    () => {
      console.log('Building the addon')
      removeAddons() // a loaded one may be mapped: it is replaced, never written over
      const files = [
        '--output-dir',
        'src',
        '--js',
        'binding.cjs',
        '--dts',
        'binding.d.cts',
        '--no-const-enum',
      ]
      tool(
        'napi',
        ['build', '--platform', '--release', '--manifest-path', 'crates/node/Cargo.toml', ...files],
        { quiet: true },
      )
    },
  )
  unlessDone(
    'facade',
    ['src', 'tsdown.config.ts', 'tsconfig.json', 'package.json'],
    ['dist/index.js', 'dist/index.cjs', 'dist/cli.mjs'],
    () => {
      console.log('Building the facade')
      tool('tsdown', ['--log-level', 'error'], { quiet: true })
    },
  )
}

/** The file name of this machine's addon, as the build tool forms it. */
function addon() {
  const libc =
    process.platform === 'linux'
      ? process.report.getReport().header.glibcVersionRuntime
        ? '-gnu'
        : '-musl'
      : ''
  const abi = process.platform === 'win32' ? '-msvc' : libc
  return `chainrule.${process.platform}-${process.arch}${abi}.node`
}

function removeAddons() {
  for (const name of readdirSync(join(root, 'src')).filter(name => name.endsWith('.node'))) {
    rmSync(join(root, 'src', name))
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) build()
