/** Every example in the documentation runs. */
import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'
import * as chainrule from '../src/index.js'

const root = new URL('..', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

/** The code between fences of a page. */
function fences(path: string): string[] {
  return [...read(path).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
}

/** The code of the `@example` tags of a file. */
function tags(path: string): string[] {
  const examples = read(path).matchAll(/\* @example\n((?:\s*\* ?.*\n)*?)\s*\*\//g)
  return [...examples].map(([, body = '']) => body.replace(/^\s*\* ?/gm, ''))
}

/** Runs an example with everything the library exports in scope; what it expects stands in its comments for readers. */
async function runs(code: string): Promise<void> {
  const plain = code.replace(/^import .*$/gm, '')
  const { outputText } = ts.transpileModule(plain, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  })
  const names = Object.keys(chainrule)
  const body = `return (async () => { ${outputText} })()`
  await new Function(...names, body)(...Object.values(chainrule))
}

const files = readdirSync(new URL('src', root)).filter(name => name.endsWith('.ts'))
const examples = [
  ...fences('README.md').map((code, i) => ({ name: `README.md, example ${i + 1}`, code })),
  ...files.flatMap(file =>
    tags(`src/${file}`).map((code, i) => ({ name: `src/${file}, example ${i + 1}`, code })),
  ),
]

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(8)
})

test.each(examples)('$name', async ({ code }) => {
  await runs(code)
})
