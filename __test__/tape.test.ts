/** Tapes as text, as bytes and as traces. */
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { grad, record, Tape } from '../src/index.js'

const f = record([[], []], (x, y) => x.mul(y).add(x.sin()))
const code = (code: string) => expect.objectContaining({ code })

test('text reads as written, and back', () => {
  expect(`${f}`).toBe(
    [
      '%0 = input "0"',
      '%1 = input "1"',
      '%2 = mul %0 %1',
      '%3 = sin %0',
      '%4 = add %2 %3',
      'return ""=%4',
    ].join('\n'),
  )
  const gradient = `${grad(f)}`
  expect(`${Tape.parse(gradient)}`).toBe(gradient)
})

test('bytes read back, and damaged ones are refused', () => {
  const bytes = grad(f).serialize()
  expect(`${Tape.deserialize(bytes)}`).toBe(`${grad(f)}`)
  for (let i = 0; i < bytes.length; i++) {
    const damaged = bytes.slice()
    damaged[i] = (damaged[i] ?? 0) ^ 0x10
    expect(() => Tape.deserialize(damaged)).toThrow(code('INVALID_BYTES'))
    expect(() => Tape.deserialize(bytes.slice(0, i))).toThrow(code('INVALID_BYTES'))
  }
})

test('wrong text names its line', () => {
  expect(() => Tape.parse('%0 = input "x"\n%1 = sin %5\nreturn "y"=%1')).toThrow(/line 2/)
  expect(() => Tape.parse('')).toThrow(code('INVALID_TEXT'))
  expect(() => Tape.parse('%0 = nothing\nreturn')).toThrow(code('INVALID_TEXT'))
})

test('a trace shows values, tangents and adjoints', () => {
  expect(f.trace(2, 3, { tangent: [1, 0] })).toContain('= 2.583853')
  const reverse = f.trace(2, 3, { adjoint: 1 })
  expect(reverse).toContain('6.909297')
  expect(reverse).toContain('v-1 ~ 2.583853')
  expect(reverse).toContain('v0  ~ 2')
})

test('a tape says what it takes and gives', () => {
  expect(inspect(f)).toBe('Tape (0: [], 1: []) -> ([]), 5 nodes')
  expect(f.inputs).toEqual([
    { path: '0', shape: [], fixed: false },
    { path: '1', shape: [], fixed: false },
  ])
})

test('what was disposed of says so', () => {
  const tape = record([[]], x => x)
  tape.dispose()
  tape.dispose()
  expect(() => `${tape}`).toThrow(code('DISPOSED'))
})
