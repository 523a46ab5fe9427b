/** Whatever is wrong with an argument, it is named, with what was wanted and what came, and the next call works. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  add,
  ChainruleError,
  chain,
  concat,
  constant,
  type ErrorCode,
  grad,
  hessianTape,
  hvp,
  jacobian,
  jacobianTape,
  linearize,
  prepare,
  record,
  recordSegments,
  select,
  setThreads,
  stack,
  stages,
  Tape,
  type Var,
  vjp,
  vmap,
} from 'chainrule'
import { expect, test } from 'vitest'
import { readScene } from '../examples/bal.js'

/** Something of a type that the compiler would not let through. */
function wrong(value?: unknown): never {
  // @ts-expect-error: that is the point
  return value
}

/** `record` for what it is not typed for. */
const misrecord: (inputs: unknown, fn?: unknown) => unknown = wrong(record)
const same = (x: unknown) => x

const f = record({ a: [2], b: [] }, ({ a, b }) => ({ y: a.sum().mul(b), z: a.mul(b) }))
const point = { a: [1, 2], b: 3 }
const one = { a: [1, 2], b: [3] }
const program = prepare(f)
const prepared = jacobian(f)
const operator = () => prepared.operator(point)
const inside = (use: (x: Var) => unknown) => () => record([[2]], x => wrong(use(x)))

function detached<T extends ArrayBufferView<ArrayBuffer>>(array: T): T {
  structuredClone(array, { transfer: [array.buffer] })
  return array
}

function kept(): Var {
  const vars: Var[] = []
  record([[2]], x => {
    vars.push(x)
    return x
  })
  const [first] = vars
  if (first === undefined) throw new Error('there is an input')
  return first
}

const selfish: unknown[] = []
selfish.push(selfish)

type Case = [what: string, code: ErrorCode, argument: string | RegExp, call: () => unknown]

const shapes: Case[] = [
  ['no inputs', 'INVALID_ARGUMENT', 'inputs', () => misrecord(null, same)],
  ['no function', 'INVALID_ARGUMENT', '`fn` of `record`', () => misrecord([[2]])],
  ['a shape that is a word', 'INVALID_ARGUMENT', 'inputs[0]', () => misrecord(['a'], same)],
  ...[-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32].map(
    (size): Case => [
      `the size ${size}`,
      'INVALID_ARGUMENT',
      'inputs[0][0]',
      () => record([[size]], x => x),
    ],
  ),
  ['too many elements', 'TOO_LARGE', /elements/, () => record([[65_536, 65_536]], x => x)],
  ['an unknown key', 'UNKNOWN_NAME', 'inputs.x', () => misrecord({ x: { size: [2] } }, same)],
  [
    '`fixed` that is no flag',
    'INVALID_ARGUMENT',
    'inputs.x.fixed',
    () => record({ x: { shape: [2], fixed: wrong('yes') } }, ({ x }) => x),
  ],
  ['an impossible name', 'UNKNOWN_NAME', /name/, () => record({ 'a.b': [2] }, wrong)],
]

const recording: Case[] = [
  ['no result', 'INVALID_ARGUMENT', /result/, inside(() => undefined)],
  ['a promise', 'INVALID_ARGUMENT', /result/, inside(async x => x)],
  ['a result that holds itself', 'INVALID_ARGUMENT', /result/, inside(() => selfish)],
  ['an output with an impossible name', 'UNKNOWN_NAME', /name/, inside(x => ({ '': x }))],
  ['a missing operand', 'INVALID_ARGUMENT', '`b` of `add`', inside(x => x.add(wrong()))],
  ['a list as an operand', 'INVALID_ARGUMENT', '`b` of `add`', inside(x => x.add(wrong([1, 2])))],
  ['a missing choice', 'INVALID_ARGUMENT', '`b` of `select`', inside(x => select(x, 1, wrong()))],
  [
    'shapes that do not go together',
    'SHAPE_MISMATCH',
    '`b` of `add`',
    inside(x => x.add(constant([1, 2, 3]))),
  ],
  ['arithmetic of JavaScript', 'INVALID_ARGUMENT', 'a variable', inside(x => wrong(x) + 1)],
  ['a fraction for a whole number', 'INVALID_ARGUMENT', '`n` of `powi`', inside(x => x.powi(1.5))],
  ['nothing for a whole number', 'INVALID_ARGUMENT', '`n` of `powi`', inside(x => x.powi(wrong()))],
  ['an axis that there is not', 'INVALID_ARGUMENT', '`axes` of `sum`', inside(x => x.sum(3))],
  ['half an axis', 'INVALID_ARGUMENT', '`axes` of `sum`', inside(x => x.sum(0.5))],
  ['a word for axes', 'INVALID_ARGUMENT', '`axes`', inside(x => x.sum(wrong('0')))],
  ['a negative size', 'INVALID_ARGUMENT', '`shape` of `reshape`', inside(x => x.reshape([-1]))],
  ['another number of elements', 'SHAPE_MISMATCH', /reshape/, inside(x => x.reshape([3]))],
  [
    'a word for a shape',
    'INVALID_ARGUMENT',
    '`shape` of `reshape`',
    inside(x => x.reshape(wrong('2'))),
  ],
  [
    'a shape that is too large',
    'INVALID_ARGUMENT',
    '`shape` of `broadcast`',
    inside(x => x.sum().broadcast([2 ** 31, 4])),
  ],
  [
    'an axis named twice',
    'INVALID_ARGUMENT',
    '`permutation` of `transpose`',
    inside(x => x.transpose([0, 0])),
  ],
  ['bounds outside', 'INVALID_ARGUMENT', /slice/, inside(x => x.slice(0, 5))],
  ['a step of 0', 'INVALID_ARGUMENT', '`steps` of `slice`', inside(x => x.slice(0, 2, 0))],
  ['no entry', 'INVALID_ARGUMENT', '`i` of `at`', inside(x => x.at(Number.NaN))],
  ['an index outside', 'INVALID_ARGUMENT', '`indices` of `gather`', inside(x => x.gather([5]))],
  ['no indices', 'INVALID_ARGUMENT', '`indices` of `gather`', inside(x => x.gather(wrong()))],
  ['padding below 0', 'INVALID_ARGUMENT', '`low` of `pad`', inside(x => x.pad(-1, 0))],
  ['endless padding', 'TOO_LARGE', /pad/, inside(x => x.pad(2 ** 31, 2 ** 31))],
  [
    'sizes that do not fit',
    'SHAPE_MISMATCH',
    '`b` of `dot`',
    inside(x => x.dot(constant([1, 2, 3]))),
  ],
  ['nothing to multiply by', 'INVALID_ARGUMENT', '`b` of `dot`', inside(x => x.dot(wrong()))],
  ['a number to multiply by', 'SHAPE_MISMATCH', '`b` of `dot`', inside(x => x.dot(x.sum()))],
  ['nothing to join', 'INVALID_ARGUMENT', '`parts` of `stack`', inside(() => stack([]))],
  ['no list to join', 'INVALID_ARGUMENT', '`parts` of `stack`', inside(x => stack(wrong(x)))],
  [
    'different shapes to join',
    'SHAPE_MISMATCH',
    /stack/,
    inside(x => stack([x, constant([1, 2, 3])])),
  ],
  [
    'a number among arrays',
    'INVALID_ARGUMENT',
    '`parts[1]` of `concat`',
    inside(x => concat([x, wrong(1)])),
  ],
  ['ragged lists', 'SHAPE_MISMATCH', '`data` of `constant`', inside(() => constant([[1, 2], [3]]))],
  [
    'numbers of another type',
    'INVALID_ARGUMENT',
    '`data` of `constant`',
    inside(() => constant(wrong(new Float32Array(2)))),
  ],
  [
    'a list that holds itself',
    'INVALID_ARGUMENT',
    '`data` of `constant`',
    inside(() => constant(wrong(selfish))),
  ],
  ['a wrong length', 'SHAPE_MISMATCH', '`data` of `constant`', inside(() => constant([1, 2], [3]))],
  [
    'a detached array',
    'INVALID_ARGUMENT',
    '`data` of `constant`',
    inside(() => constant(detached(new Float64Array(2)))),
  ],
  ['the entries of a number', 'SHAPE_MISMATCH', /iterated/, inside(x => [...x.sum()])],
  [
    'a variable of another recording',
    'FOREIGN_VARIABLE',
    '`b` of `add`',
    inside(x => x.add(kept())),
  ],
  ['a result of another recording', 'FOREIGN_VARIABLE', /result/, inside(() => kept())],
  ['an op after the end', 'NOT_RECORDING', 'a variable', () => kept().sin()],
  ['a structural op after the end', 'NOT_RECORDING', 'a variable', () => kept().sum()],
  ['a constant outside', 'NOT_RECORDING', '`constant`', () => constant([1])],
  ['a function of numbers outside', 'NOT_RECORDING', /numbers/, () => add(1, 2)],
]

const transforms: Case[] = [
  ['the gradient of several numbers', 'NOT_SCALAR', 'tape', () => grad(f)],
  ['`hvp` of several numbers', 'NOT_SCALAR', 'tape', () => hvp(f)],
  ['the Hessian of several numbers', 'NOT_SCALAR', 'tape', () => hessianTape(f)],
  ['no tape', 'INVALID_ARGUMENT', '`tape`', () => vjp(wrong({}))],
  ['an unknown order', 'UNKNOWN_NAME', 'order', () => jacobianTape(f, wrong('sideways'))],
  [
    'a number of entries below 0',
    'INVALID_ARGUMENT',
    '`entries` of `vmap`',
    () => vmap(f, { entries: -1 }),
  ],
  ['half an entry', 'INVALID_ARGUMENT', '`entries` of `vmap`', () => vmap(f, { entries: 0.5 })],
  ['too many entries', 'TOO_LARGE', /elements/, () => vmap(f, { entries: 2 ** 32 - 1 })],
  ['an unknown input', 'UNKNOWN_NAME', /unmapped/, () => vmap(f, { entries: 2, unmapped: ['q'] })],
  [
    'no list of inputs',
    'INVALID_ARGUMENT',
    /unmapped/,
    () => vmap(f, { entries: 2, unmapped: wrong('a') }),
  ],
  ['no options', 'INVALID_ARGUMENT', /vmap/, () => vmap(f, wrong())],
  ['no chain', 'INVALID_ARGUMENT', '`tapes`', () => chain(wrong())],
  ['an empty chain', 'EMPTY_CHAIN', '`tapes`', () => chain([])],
  ['stages that do not fit', 'SHAPE_MISMATCH', /stage 1/, () => chain([f, record([[3]], x => x)])],
  ['nothing to cut', 'INVALID_ARGUMENT', '`tape`', () => stages(wrong())],
]

const preparing: Case[] = [
  ...[0, 1e9, -1, 1.5, Number.NaN, wrong('4')].flatMap((threads): Case[] => [
    [`${threads} threads`, 'INVALID_ARGUMENT', 'threads', () => setThreads(threads)],
    [`${threads} threads at most`, 'INVALID_ARGUMENT', 'threads', () => prepare(f, { threads })],
  ]),
  ['an unknown shared input', 'UNKNOWN_NAME', '`shared`', () => prepare(f, { shared: ['q'] })],
  [
    'no list of shared inputs',
    'INVALID_ARGUMENT',
    'shared',
    () => prepare(f, { shared: wrong('a') }),
  ],
  ...[-1, 0.5, Number.NaN, wrong('1')].map(
    (memory): Case => [
      `${memory} bytes`,
      'INVALID_ARGUMENT',
      'memory',
      () => prepare(f, { memory }),
    ],
  ),
  ['too little memory', 'INFEASIBLE_MEMORY', 'memory', () => prepare(f, { memory: 0 }).call(point)],
  ['a misspelt option', 'UNKNOWN_NAME', /prepare/, () => prepare(f, wrong({ thread: 1 }))],
  ['options that are none', 'INVALID_ARGUMENT', /prepare/, () => prepare(f, wrong(null))],
  ['an unknown order', 'UNKNOWN_NAME', 'order', () => jacobian(f, { order: wrong('up') })],
  ['an order of another type', 'INVALID_ARGUMENT', 'order', () => jacobian(f, { order: wrong(3) })],
  ['a plan that is none', 'PARSE_ERROR', 'order', () => jacobian(f, { order: wrong({}) })],
  ['brackets of other stages', 'NOT_A_BRACKETING', 'order', () => jacobian(f, { order: [0, 1] })],
  ['an unknown column', 'UNKNOWN_NAME', '`wrt`', () => jacobian(f, { wrt: ['q'] })],
  ['a column named twice', 'INVALID_ARGUMENT', '`wrt`', () => jacobian(f, { wrt: ['a', 'a'] })],
  ['columns by number', 'INVALID_ARGUMENT', 'wrt[0]', () => jacobian(f, { wrt: [wrong(0)] })],
  ['a batch of none', 'INVALID_ARGUMENT', 'batch', () => jacobian(f, { batch: 0 })],
]

const points: Case[] = [
  ['no point', 'SHAPE_MISMATCH', 'inputs', () => program.call(...wrong([]))],
  ['a missing input', 'INVALID_ARGUMENT', 'inputs.b', () => program.call(wrong({ a: [1, 2] }))],
  ['an unknown input', 'UNKNOWN_NAME', 'inputs', () => program.call(wrong({ ...point, c: 1 }))],
  ['too short an input', 'SHAPE_MISMATCH', 'inputs.a', () => program.call({ ...point, a: [1] })],
  ['words', 'SHAPE_MISMATCH', 'inputs.a', () => program.call({ ...point, a: wrong(['1', '2']) })],
  [
    'single precision',
    'INVALID_ARGUMENT',
    'inputs.a',
    () => program.call({ ...point, a: wrong(new Float32Array(2)) }),
  ],
  ['holes', 'SHAPE_MISMATCH', 'inputs.a', () => program.call({ ...point, a: new Array(2) })],
  [
    'lists without end',
    'INVALID_ARGUMENT',
    'inputs.a',
    () => program.call({ ...point, a: wrong(selfish) }),
  ],
  ['too many arguments', 'SHAPE_MISMATCH', 'inputs', () => linearize(f).at(...wrong([1, 2, 3]))],
  [
    'different numbers of points',
    'SHAPE_MISMATCH',
    'inputs.b',
    () => program.batch({ a: [1, 2, 3, 4], b: [1, 2, 3] }),
  ],
  ['half a row', 'SHAPE_MISMATCH', 'inputs.a', () => program.batch({ a: [1, 2, 3], b: [1] })],
  ['half a joined row', 'SHAPE_MISMATCH', 'inputs', () => program.batch(new Float64Array(4))],
  [
    'a detached input',
    'INVALID_ARGUMENT',
    'inputs.a',
    () => program.batch({ ...one, a: detached(new Float64Array(2)) }),
  ],
  [
    'a detached index',
    'INVALID_ARGUMENT',
    'inputs.a.index',
    () => program.batch({ ...one, a: { data: [1, 2], index: detached(new Int32Array(1)) } }),
  ],
  [
    'an index below the table',
    'INVALID_ARGUMENT',
    /inputs\[0\].*index\[0\]/,
    () => program.batch({ ...one, a: { data: [1, 2], index: [-1] } }),
  ],
  [
    'an index above the table',
    'INVALID_ARGUMENT',
    /inputs\[0\].*index\[0\]/,
    () => program.batch({ ...one, a: { data: [1, 2], index: [1] } }),
  ],
  [
    'half an index',
    'INVALID_ARGUMENT',
    'inputs.a.index[0]',
    () => program.batch({ ...one, a: { data: [1, 2], index: [0.5] } }),
  ],
  [
    'an index of another type',
    'INVALID_ARGUMENT',
    'inputs.a.index',
    () => program.batch({ ...one, a: { data: [1, 2], index: wrong(new Float64Array(1)) } }),
  ],
  [
    'a table without an index',
    'INVALID_ARGUMENT',
    'inputs.a.index',
    () => program.batch({ ...one, a: wrong({ data: [1, 2] }) }),
  ],
  [
    'half a row in a table',
    'SHAPE_MISMATCH',
    /inputs\[0\]/,
    () => program.batch({ ...one, a: { data: [1, 2, 3], index: [0] } }),
  ],
  [
    'two forms at once',
    'UNKNOWN_NAME',
    'inputs.a',
    () => program.batch({ ...one, a: wrong({ shared: [1, 2], index: [0] }) }),
  ],
  [
    'many rows of what is shared',
    'SHAPE_MISMATCH',
    'inputs.b',
    () => prepare(f, { shared: ['b'] }).batch({ a: [1, 2, 3, 4], b: [1, 2] }),
  ],
  [
    'an unknown reduction',
    'UNKNOWN_NAME',
    'reduce',
    () => program.batch(one, { reduce: wrong('max') }),
  ],
  [
    'a reduction for Jacobians',
    'UNKNOWN_NAME',
    'reduce',
    () => program.batch(one, { reduce: wrong('normal') }),
  ],
  ['a misspelt option', 'UNKNOWN_NAME', /batch/, () => program.batch(one, wrong({ outt: {} }))],
]

const results: Case[] = [
  [
    'an array of another type',
    'INVALID_ARGUMENT',
    'out.y',
    () => program.batch(one, { out: { y: wrong([0]) } }),
  ],
  [
    'a wrong length',
    'SHAPE_MISMATCH',
    'out.y',
    () => program.batch(one, { out: { y: new Float64Array(2) } }),
  ],
  [
    'an unknown part',
    'UNKNOWN_NAME',
    'out',
    () => program.batch(one, { out: wrong({ q: new Float64Array(1) }) }),
  ],
  ['no parts', 'INVALID_ARGUMENT', 'out', () => program.batch(one, { out: wrong(null) })],
  [
    'a detached array',
    'INVALID_ARGUMENT',
    'out.z',
    () => program.batch(one, { out: { z: detached(new Float64Array(2)) } }),
  ],
  [
    'an input as a result',
    'OVERLAP',
    'out',
    () => {
      const z = new Float64Array(2)
      program.batch({ ...one, a: z }, { out: { z } })
    },
  ],
  [
    'an index as a result',
    'OVERLAP',
    'out',
    () => {
      const z = new Float64Array(2)
      program.batch(
        { ...one, a: { data: [1, 2], index: new Int32Array(z.buffer, 0, 1) } },
        { out: { z } },
      )
    },
  ],
  [
    'results that overlap',
    'OVERLAP',
    'out',
    () => {
      const all = new Float64Array(3)
      program.batch(one, { out: { y: all.subarray(1, 2), z: all.subarray(0, 2) } })
    },
  ],
  [
    'a Jacobian of another size',
    'SHAPE_MISMATCH',
    'out.jacobian',
    () => prepared.at(one, { out: { jacobian: new Float64Array(2) } }),
  ],
  [
    'a Jacobian that overlaps',
    'OVERLAP',
    'out',
    () => {
      const all = new Float64Array(10)
      prepared.at(one, { out: { value: { y: all.subarray(9) }, jacobian: all.subarray(1) } })
    },
  ],
  [
    '`value` that is no flag',
    'INVALID_ARGUMENT',
    'value',
    () => prepared.at(one, { value: wrong('no') }),
  ],
  ['no column', 'INVALID_ARGUMENT', 'j', () => operator().column(3)],
  ['a column below 0', 'INVALID_ARGUMENT', 'j', () => operator().column(-1)],
  ['half a row', 'INVALID_ARGUMENT', 'i', () => operator().row(0.5)],
  ['no tangent', 'SHAPE_MISMATCH', 'tangent', () => operator().jvp(undefined)],
  ['an unknown tangent', 'UNKNOWN_NAME', 'tangent', () => operator().jvp({ ...point, q: 1 })],
  ['a short adjoint', 'SHAPE_MISMATCH', 'adjoint.z', () => operator().vjp({ y: 1, z: [1] })],
]

const storage: Case[] = [
  ['no text', 'INVALID_ARGUMENT', '`text`', () => Tape.parse(wrong())],
  ['other text', 'INVALID_TEXT', 'text', () => Tape.parse('junk')],
  ['text that ends early', 'INVALID_TEXT', 'text', () => Tape.parse('%0 = input "x"\n%1 = sin')],
  [
    'text of a broken tape',
    'INVALID_TEXT',
    'text',
    () => Tape.parse('%0 = input "x"\n%1 = sin %7\nreturn ""=%1'),
  ],
  [
    'text with endless sizes',
    'INVALID_TEXT',
    'text',
    () => Tape.parse('%0 = input "x" [4294967295, 4294967295]\nreturn ""=%0'),
  ],
  ['no bytes', 'INVALID_ARGUMENT', '`bytes`', () => Tape.deserialize(wrong(new ArrayBuffer(3)))],
  ['other bytes', 'INVALID_BYTES', 'bytes', () => Tape.deserialize(new Uint8Array(100))],
  [
    'no bytes any more',
    'INVALID_BYTES',
    'bytes',
    () => Tape.deserialize(detached(new Uint8Array(100))),
  ],
  [
    'bytes that end early',
    'INVALID_BYTES',
    'bytes',
    () => Tape.deserialize(f.serialize().subarray(0, -1)),
  ],
  [
    'bytes with more behind',
    'INVALID_BYTES',
    'bytes',
    () => Tape.deserialize(Uint8Array.of(...f.serialize(), 0)),
  ],
  ['a trace of too little', 'SHAPE_MISMATCH', 'inputs.a', () => f.trace({ a: [1], b: 1 })],
  [
    'a trace with half an adjoint',
    'INVALID_ARGUMENT',
    'adjoint.z',
    () => f.trace(point, { adjoint: { y: 1 } }),
  ],
]

const groups = { shapes, recording, transforms, preparing, points, results, storage }
const all = Object.entries(groups).flatMap(([group, cases]) =>
  cases.map(([what, ...rest]) => [`${group}: ${what}`, ...rest] as const),
)

test.each(all)('%s', (_, code, argument, call) => {
  let error: unknown
  try {
    call()
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(ChainruleError)
  const named = typeof argument === 'string' ? argument : expect.stringMatching(argument)
  expect(error).toMatchObject({ code, argument: named })
  expect(`${error}`).toMatch(/ must | has no `/)
  expect([...program.call(point).y]).toEqual([9])
})

test('a recording that fails lets the next one begin', () => {
  expect(inside(() => kept())).toThrow(ChainruleError)
  expect([...prepare(record([[2]], x => x.sum())).call([1, 2])]).toEqual([3])
})

test('segments that cannot be recorded reject by name', async () => {
  const segments = (url: unknown, options?: unknown) => recordSegments(wrong(url), wrong(options))
  const code = (code: ErrorCode, argument: string) => expect.objectContaining({ code, argument })
  await expect(segments(3, {})).rejects.toThrow(code('INVALID_ARGUMENT', 'moduleUrl'))
  for (const threads of [0, 1e9, 0.5]) {
    await expect(segments('file:///x.mjs', { segments: 1, threads })).rejects.toThrow(
      code('INVALID_ARGUMENT', 'threads'),
    )
  }
  for (const count of [-1, 0.5, undefined]) {
    await expect(segments('file:///x.mjs', { segments: count })).rejects.toThrow(
      code('INVALID_ARGUMENT', 'segments'),
    )
  }
})

test('memory that other threads may write is copied', () => {
  const shared = (numbers: readonly number[]) => {
    const array = new Float64Array(new SharedArrayBuffer(8 * numbers.length))
    array.set(numbers)
    return array
  }
  const out = { y: shared([0]), z: shared([0, 0]) }
  const result = program.batch({ a: shared([1, 2]), b: shared([3]) }, { out })
  expect(result.z).toBe(out.z)
  expect([...out.y, ...out.z]).toEqual([9, 3, 6])
  expect(() => program.batch({ ...one, a: out.z }, { out: { z: out.z } })).toThrow(
    expect.objectContaining({ code: 'OVERLAP' }),
  )
})

test('a file that is no bundle adjustment problem is refused by its line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chainrule-'))
  const path = join(folder, 'problem.txt')
  const scene = (...lines: string[]) => {
    writeFileSync(path, lines.join('\n'))
    return () => readScene(path)
  }
  const refused = (code: ErrorCode, text: RegExp) => {
    const message = expect.stringMatching(text)
    return expect.objectContaining({ code, argument: 'path', message })
  }
  const parameters = Array.from({ length: 12 }, () => '0.5')
  try {
    expect(scene('1 1 1', '0 0 1.5 2', ...parameters, '')().pixels).toEqual(Float64Array.of(1.5, 2))
    const cases: [RegExp, string[]][] = [
      [/line 1 .*whole numbers/, ['1 1 -1']],
      [/line 1 .*whole numbers/, ['1 0.5 1']],
      [/line 1 .*the numbers of/, ['']],
      [/line 1 .*the numbers of/, ['1 1']],
      [/line 1 .*, but it has 1 lines/, ['2000000000 2000000000 2000000000']],
      [/line 2 .*a camera/, ['1 1 1', '0 0 x 2', ...parameters]],
      [/line 2 .*a camera/, ['1 1 1', '0 0 1', ...parameters]],
      [/line 2 .*name one of 1 cameras/, ['1 1 1', '1 0 1 2', ...parameters]],
      [/line 2 .*name one of 1 cameras/, ['1 1 1', '0 -1 1 2', ...parameters]],
      [/line 14 .*a parameter/, ['1 1 1', '0 0 1 2', ...parameters.slice(1), 'Infinity']],
      [/line 1 .*, but it has 13 lines/, ['1 1 1', '0 0 1 2', ...parameters.slice(1)]],
      [/line 15 .*end/, ['1 1 1', '0 0 1 2', ...parameters, '0.5']],
    ]
    for (const [text, lines] of cases)
      expect(scene(...lines)).toThrow(refused('INVALID_TEXT', text))
    const none = join(folder, 'none.txt')
    expect(() => readScene(none)).toThrow(refused('INVALID_ARGUMENT', /none\.txt.*ENOENT/))
    expect(() => readScene(fileURLToPath(new URL('.', import.meta.url)))).toThrow(
      refused('INVALID_ARGUMENT', /EISDIR/),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})
