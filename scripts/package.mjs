// Packs the library, installs it into an empty project, and uses it as an ES module and as CommonJS.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, tool } from './common.mjs'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-'))
try {
  const npm = (args, cwd) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
  const [{ filename }] = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
  )
  const tarball = join(folder, filename)
  tool('publint', ['run', tarball, '--strict'])
  tool('attw', [tarball])
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  npm(['install', tarball, '--no-audit', '--no-fund', '--loglevel=error'], folder)
  const use = `const f = record([[], []], (x, y) => x.mul(y).add(x.sin()))
const { value, gradient } = prepare(grad(f)).call(2, 3)
if (value[0] !== 6 + Math.sin(2) || gradient[1][0] !== 2) throw new Error('wrong gradient')
console.log(version, features().simd)`
  const modules = {
    'use.mjs': `import { features, grad, prepare, record, version } from 'chainrule'\n${use}`,
    'use.cjs': `const { features, grad, prepare, record, version } = require('chainrule')\n${use}`,
  }
  for (const [name, text] of Object.entries(modules)) {
    writeFileSync(join(folder, name), text)
    process.stdout.write(
      `${name}: ${execFileSync(process.execPath, [name], { cwd: folder, encoding: 'utf8' })}`,
    )
  }
  const command = ['exec', '--offline', '--', 'chainrule', 'compare', '90', '9', '90', '90']
  if (!npm(command, folder).includes('multiply-adds')) throw new Error('the command line is silent')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
