/** What cannot be recorded. */
import {
  add,
  ChainruleError,
  concat,
  constant,
  type ErrorCode,
  prepare,
  record,
  recordSegments,
  select,
  stack,
} from 'chainrule'
import { expect, test } from 'vitest'
import { type Case, detached, inside, kept, refused, selfish, wrong } from './common.js'

/** `record` for what it is not typed for. */
const misrecord: (inputs: unknown, fn?: unknown) => unknown = wrong(record)
const same = (x: unknown) => x

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

refused([...shapes, ...recording])

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
