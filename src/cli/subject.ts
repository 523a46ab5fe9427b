/** What commands are about: widths of a chain of matrices, the file of a problem, or the file of a tape. */
import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { type Problem, Tape } from '../index.js'
import { UsageError } from './usage.js'

/** What the argument of these commands is, for their help. */
export const WHAT =
  'widths of a chain of matrices, from input to output; or the file of a problem or tape'

/** Widths are a chain of dense matrices at hand, each point having its own; a single other word is a file. */
export function subjectOf(what: readonly string[]): Problem | Tape {
  const [file] = what
  const isWidth = (text: string) => /^\d+$/.test(text)
  if (what.length === 1 && file !== undefined && !isWidth(file)) return read(file)
  const wrong = what.find(text => !isWidth(text))
  if (wrong !== undefined) {
    throw new UsageError(`widths must be whole numbers, but one is ${wrong}; a file stands alone`)
  }
  if (what.length < 2) throw new UsageError('widths must be two or more, from input to output')
  const widths = what.map(Number)
  const stages = widths.slice(1).map((outputs, i) => {
    return { inputs: widths[i] ?? 0, outputs, jacobian: 'given' as const }
  })
  return { stages }
}

/** A problem from JSON, a tape from its text or its bytes. */
function read(file: string): Problem | Tape {
  const bytes = readFileSync(file)
  if (!isText(bytes)) return Tape.deserialize(bytes)
  const text = bytes.toString('utf8')
  return text.trimStart().startsWith('{') ? problem(text, file) : Tape.parse(text)
}

/** Whether it is a problem is for the library to say. */
function problem(text: string, file: string): Problem {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${file} must hold JSON, but does not: ${reason}`)
  }
}

/** Text has no control characters but those of lines. */
function isText(bytes: Uint8Array): boolean {
  return bytes.every(byte => byte >= 32 || byte === 10 || byte === 13 || byte === 9)
}

/** A whole number on the command line. */
export function count(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}
