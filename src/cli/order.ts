/** Orders as words on the command line. */
import { InvalidArgumentError } from 'commander'
import type { Bracketing, Order } from '../index.js'

/** `auto`, `forward`, `reverse`, or nested pairs of stages: `[[0,1],2]`. */
export function orderOf(text: string): Order {
  if (text === 'forward' || text === 'reverse' || text === 'auto') return text
  const wrong = () => {
    return new InvalidArgumentError('An order is auto, forward, reverse or pairs: [[0,1],2].')
  }
  let pairs: unknown
  try {
    pairs = JSON.parse(text)
  } catch {
    throw wrong()
  }
  if (isBracketing(pairs)) return pairs
  throw wrong()
}

function isBracketing(value: unknown): value is Bracketing {
  const part = (part: unknown) => typeof part === 'number' || isBracketing(part)
  return Array.isArray(value) && value.length === 2 && value.every(part)
}
