/** What cannot be read: text, bytes and files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ErrorCode, Tape } from 'chainrule'
import { expect, test } from 'vitest'
import { readScene } from '../../examples/bal.js'
import { type Case, detached, f, point, refused, wrong } from './common.js'

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

refused(storage)

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
