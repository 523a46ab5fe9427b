import { copyFileSync, writeFileSync } from 'node:fs'
import { defineConfig } from 'tsdown'

const library = defineConfig({
  entry: 'src/index.ts',
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  dts: { entry: 'src/index.ts' },
  shims: true,
  fixedExtension: true,
  // The loader lies beside the addon, where the build tool puts both.
  plugins: [
    {
      name: 'binding',
      resolveId: id =>
        id.endsWith('binding.cjs') ? { id: '../src/binding.cjs', external: true } : null,
    },
  ],
  hooks: {
    // One instance for both kinds of module: a `Var` made through one must be a `Var` to the other.
    'build:done': () => {
      writeFileSync('dist/index.js', "export * from './index.cjs'\n")
      copyFileSync('dist/index.d.cts', 'index.d.ts')
    },
  },
})

/** The command line, with its own dependencies inside and the library outside. */
const cli = defineConfig({
  entry: { cli: 'src/cli/main.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  fixedExtension: true,
  clean: false,
  dts: false,
  banner: '#!/usr/bin/env node',
  plugins: [
    {
      name: 'library',
      resolveId: id => (id === '../index.js' ? { id: './index.js', external: true } : null),
    },
  ],
})

export default [library, cli]
