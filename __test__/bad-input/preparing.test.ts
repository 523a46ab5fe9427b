/** What cannot be transformed or prepared. */
import {
  chain,
  grad,
  hessianTape,
  hvp,
  jacobian,
  jacobianTape,
  prepare,
  record,
  setThreads,
  stages,
  vjp,
  vmap,
} from 'chainrule'
import { type Case, f, point, refused, wrong } from './common.js'

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

refused([...transforms, ...preparing])
