/** Every example in the documentation runs and prints what it says, and API.md names what there is. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import ts from 'typescript'
import { expect, test } from 'vitest'
import * as functions from '../src/generated/functions.js'
import * as chainrule from '../src/index.js'

const root = new URL('..', import.meta.url)
const path = fileURLToPath(root)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

/** The code between the fences of a page. It imports what it uses. */
function fences(page: string): string[] {
  return [...read(page).matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => code)
}

/** The code of the `@example` tags of a file. Everything the library exports is in scope. */
function tags(file: string): string[] {
  const examples = read(file).matchAll(/\* @example\n((?:[ \t]*\*(?!\/).*\n)+)/g)
  return [...examples].map(([, body = '']) =>
    body.replace(/^\s*\* ?/gm, '').replace(/^@[\s\S]*/m, ''),
  )
}

/** The code with every expression that has a comment behind it on its line handed to `prints`. */
function compared(code: string): string {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true)
  const pieces: string[] = []
  let end = 0
  const visit = (node: ts.Node): void => {
    const [comment] = ts.getTrailingCommentRanges(code, node.end) ?? []
    if (!ts.isExpressionStatement(node) || comment === undefined) {
      ts.forEachChild(node, visit)
      return
    }
    const wanted = code.slice(comment.pos, comment.end).replace(/^\/\/\s*/, '')
    const expression = node.expression.getText(source)
    pieces.push(code.slice(end, node.getStart(source)))
    pieces.push(`prints(${expression}, ${JSON.stringify(wanted)})`)
    end = node.end
  }
  visit(source)
  return [...pieces, code.slice(end)].join('')
}

type Async = (...values: unknown[]) => Promise<void>
const AsyncFunction: new (...source: string[]) => Async = Object.getPrototypeOf(
  async () => {},
).constructor

/** Runs TypeScript that may import this library and nothing else, with `scope` around it. */
async function runs(code: string, scope: Readonly<Record<string, unknown>>): Promise<void> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  })
  const require = (name: string) => {
    expect(name, 'what an example imports').toBe('chainrule')
    return chainrule
  }
  const all = { require, exports: {}, ...scope }
  await new AsyncFunction(...Object.keys(all), outputText)(...Object.values(all))
}

const pages = ['README.md', 'API.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'GLOSSARY.md']
const inPages = pages.flatMap(page =>
  fences(page).map((code, i) => ({ name: `${page}, example ${i + 1}`, code })),
)
test.each(inPages)('$name', async ({ code }) => {
  const prints = (value: unknown, wanted: string) => {
    expect(inspect(value, { breakLength: Number.POSITIVE_INFINITY })).toBe(wanted)
  }
  await runs(compared(code), { prints })
})

const files = readdirSync(new URL('src', root)).filter(name => name.endsWith('.ts'))
const inFiles = files.flatMap(file =>
  tags(`src/${file}`).map((code, i) => ({ name: `src/${file}, example ${i + 1}`, code })),
)
test.each(inFiles)('$name', async ({ code }) => {
  const prints = (value: unknown, wanted: string) => {
    // A comment that is not the printed value is prose.
    if (/^(Float64Array|\[)/.test(wanted)) expect(inspect(value)).toBe(wanted)
  }
  await runs(compared(code), { ...chainrule, prints })
})

test('the examples of pages are strict TypeScript', () => {
  const { config } = ts.readConfigFile(join(path, 'tsconfig.json'), ts.sys.readFile)
  const all = ts.parseJsonConfigFileContent(config, ts.sys, path).options
  // What is stricter than strict is a taste of this project.
  const options = { ...all, noUncheckedIndexedAccess: false }
  const sources = new Map(inPages.map(({ code }, i) => [join(path, `example${i}.ts`), code]))
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists } = host
  host.readFile = name => sources.get(name) ?? readFile(name)
  host.fileExists = name => sources.has(name) || fileExists(name)
  const program = ts.createProgram([...sources.keys()], options, host)
  const errors = [...sources.keys()].flatMap(name => {
    const source = program.getSourceFile(name)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
  })
  expect(errors.map(error => ts.flattenDiagnosticMessageText(error.messageText, '\n'))).toEqual([])
  expect(sources.size).toBeGreaterThan(2)
})

test('examples are found, and what they print is compared', async () => {
  expect(inPages.length).toBeGreaterThan(2)
  expect(inFiles.length).toBeGreaterThan(8)
  const seen: unknown[] = []
  const prints = (...pair: unknown[]) => seen.push(pair)
  const code = compared('// prose\nconst x = 1 // prose\nx + 1 // 2\nif (x) {\n  [x] // [ 1 ]\n}\n')
  await runs(code, { prints })
  expect(seen).toEqual([
    [2, '2'],
    [[1], '[ 1 ]'],
  ])
})

test('a wrong example fails', async () => {
  await expect(runs("import { nothing } from 'chainrule'\nnothing()", {})).rejects.toThrow()
  await expect(runs('grad(record([[2]], x => x))', chainrule)).rejects.toThrow(/one scalar/)
})

test('API.md names every export and every error code', () => {
  const page = read('API.md')
  const elementwise = new Set(Object.keys(functions))
  const names = Object.keys(chainrule).filter(name => !elementwise.has(name))
  const codes = [...read('src/errors.ts').matchAll(/^ {2}([A-Z_]+): true/gm)].map(
    ([, code]) => code,
  )
  expect(codes.length).toBeGreaterThan(10)
  expect([...names, ...codes].filter(name => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([])
})

test.each(pages)('the links of %s lead somewhere', page => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path)
  expect(links.filter(path => !existsSync(new URL(path, root)))).toEqual([])
})
