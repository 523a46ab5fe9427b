/** Recording: variables write down what is done to them. */
import { expect, test } from 'vitest'
import { add, concat, constant, prepare, record, select, stack, type Var } from '../src/index.js'

const code = (code: string) => expect.objectContaining({ code })

test('operands broadcast by the rules of NumPy, and numbers take the shape they meet', () => {
  const f = record([[2, 1], [3]], (x, y) => x.add(y).mul(2))
  expect([...prepare(f).call([[1], [2]], [10, 20, 30])]).toEqual([22, 42, 62, 24, 44, 64])
})

test('a vector can be taken apart and put together', () => {
  const f = record([[3]], x => {
    const [a, b, c] = x
    if (a === undefined || b === undefined || c === undefined) throw new Error('three entries')
    return stack([c, b.mul(a), 1, x.at(-1)])
  })
  expect([...prepare(f).call([2, 3, 5])]).toEqual([5, 6, 1, 5])
})

test('structural methods move, fold and multiply', () => {
  const f = record([[2, 3]], x => ({
    sum: x.sum(),
    rows: x.sum(1),
    largest: x.reduceMax(0),
    turned: x.transpose(),
    part: x.slice([0, 1], [2, 3]),
    picked: x.gather([2, 0], 1),
    product: x.dot(constant([1, 10, 100])),
    padded: x.at(0).pad(1, 0),
    both: concat([x, x.mul(-1)], 0).sum(0),
  }))
  const y = prepare(f).call([1, 2, 3, 4, 5, 6])
  expect([...y.sum]).toEqual([21])
  expect([...y.rows]).toEqual([6, 15])
  expect([...y.largest]).toEqual([4, 5, 6])
  expect([...y.turned]).toEqual([1, 4, 2, 5, 3, 6])
  expect([...y.part]).toEqual([2, 3, 5, 6])
  expect([...y.picked]).toEqual([3, 1, 6, 4])
  expect([...y.product]).toEqual([321, 654])
  expect([...y.padded]).toEqual([0, 1, 2, 3])
  expect([...y.both]).toEqual([0, 0, 0])
})

test('a choice never leaks what was not chosen', () => {
  const f = record([[]], x => select(x.lt(0), 0, x.sqrt()))
  expect([...prepare(f).call(-1)]).toEqual([0])
})

test('what cannot be recorded is refused by name', () => {
  expect(() => record([[2], [3]], (x, y) => x.add(y))).toThrow(code('SHAPE_MISMATCH'))
  expect(() => record([[-1]], x => x)).toThrow(code('INVALID_ARGUMENT'))
  expect(() => record([[1.5]], x => x)).toThrow(code('INVALID_ARGUMENT'))
  expect(() => record({ '1x': [] }, x => Object.values(x)[0] ?? 0)).toThrow(code('UNKNOWN_NAME'))
  expect(() => constant([1, 2])).toThrow(code('NOT_RECORDING'))
  expect(() => record([[3]], x => x.at(3))).toThrow(code('INVALID_ARGUMENT'))
  expect(() => record([[3]], x => x.reshape([2]))).toThrow(code('SHAPE_MISMATCH'))
})

test.each([1, 1023, 1024, 1025, 3072, 3073, 80_000, 200_000])(
  '%i nodes are all in their place',
  length => {
    let kept: Var | undefined
    const f = record([[]], x => {
      let last = x
      let nodes = 1
      const wanted = () => {
        if (last.node !== nodes - 1) throw new Error(`node ${last.node} has ${nodes - 1} before it`)
      }
      for (; nodes + 3 <= length; nodes += 3, wanted()) last = last.add(1).sum()
      for (; nodes < length; nodes++) last = last.add(x)
      wanted()
      kept = last
      return last
    })
    expect(f.length).toBe(length)
    const [steps, more] = [Math.floor((length - 1) / 3), (length - 1) % 3]
    expect(Number(prepare(f).call(5))).toBe(5 + steps + 5 * more)
    expect(() => kept?.sin()).toThrow(code('NOT_RECORDING'))
  },
)

test('a variable belongs to its recording and ends with it', () => {
  const kept: Var[] = []
  record([[]], x => {
    kept.push(x)
    expect(() => record([[]], y => y.add(x))).toThrow(code('FOREIGN_VARIABLE'))
    return x
  })
  expect(() => kept[0]?.sin()).toThrow(code('NOT_RECORDING'))
})

test('after an error the next recording works', () => {
  expect(() =>
    record([[]], () => {
      throw new Error('mine')
    }),
  ).toThrow('mine')
  expect([...prepare(record([[]], x => add(1, x))).call(2)]).toEqual([3])
})
