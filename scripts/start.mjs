// The main job: installs and builds what is missing, then runs `examples/main.ts` with the arguments after `--`.

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { root, tool, unlessDone } from './common.mjs'

build()
unlessDone('examples', ['examples', 'tsconfig.json'], ['target/examples/main.mjs'], () => {
  const files = ['--format', 'esm', '--out-dir', 'target/examples', '--fixed-extension']
  tool(
    'tsdown',
    ['--no-config', 'examples/main.ts', ...files, '--platform', 'node', '--log-level', 'error'],
    { quiet: true },
  )
})
await import(pathToFileURL(join(root, 'target', 'examples', 'main.mjs')).href)
