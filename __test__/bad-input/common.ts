/** What the tests of bad input share: wrong values, and what is said of them. */
import { ChainruleError, type ErrorCode, jacobian, prepare, record, type Var } from 'chainrule'
import { expect, test } from 'vitest'

/** What is wrong, the code and the argument that are named, and a call. */
export type Case = [what: string, code: ErrorCode, argument: string | RegExp, call: () => unknown]

/** Each is refused by name, with what was wanted and what came, and the next call works. */
export function refused(cases: readonly Case[]): void {
  test.each(cases)('%s', (_, code, argument, call) => {
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
}

/** Something of a type that the compiler would not let through. */
export function wrong(value?: unknown): never {
  // @ts-expect-error: that is the point
  return value
}

export const f = record({ a: [2], b: [] }, ({ a, b }) => ({ y: a.sum().mul(b), z: a.mul(b) }))
export const point = { a: [1, 2], b: 3 }
export const one = { a: [1, 2], b: [3] }
export const program = prepare(f)
export const prepared = jacobian(f)
export const operator = () => prepared.operator(point)
export const inside = (use: (x: Var) => unknown) => () => record([[2]], x => wrong(use(x)))

export function detached<T extends ArrayBufferView<ArrayBuffer>>(array: T): T {
  structuredClone(array, { transfer: [array.buffer] })
  return array
}

export function kept(): Var {
  const vars: Var[] = []
  record([[2]], x => {
    vars.push(x)
    return x
  })
  const [first] = vars
  if (first === undefined) throw new Error('there is an input')
  return first
}

export const selfish: unknown[] = []
selfish.push(selfish)
