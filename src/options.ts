/** Options as users give them: what there is not is refused, for a misspelt name would be ignored. */
import { mismatch } from './errors.js'
import { isRecord } from './form.js'
import { isList, kind } from './shape.js'

/** Refuses what is no object of these options. */
export function checkOptions(options: unknown, known: readonly string[], argument: string): void {
  if (!isRecord(options)) {
    throw mismatch('INVALID_ARGUMENT', argument, 'be an object', `is ${kind(options)}`)
  }
  const unknown = Object.keys(options).find(key => !known.includes(key))
  if (unknown === undefined) return
  throw mismatch('UNKNOWN_NAME', argument, `have ${known.join(', ')} only`, `has \`${unknown}\``)
}

/** A list of the paths of inputs. */
export function pathList(value: unknown, argument: string): string[] {
  if (!isList(value)) {
    throw mismatch('INVALID_ARGUMENT', argument, 'be a list of paths', `is ${kind(value)}`)
  }
  return value.map((path, i) => {
    if (typeof path === 'string') return path
    throw mismatch('INVALID_ARGUMENT', `${argument}[${i}]`, 'be a path', `is ${kind(path)}`)
  })
}

/** A flag. */
export function checkFlag(value: unknown, argument: string): void {
  if (value === undefined || typeof value === 'boolean') return
  throw mismatch('INVALID_ARGUMENT', argument, 'be true or false', `is ${kind(value)}`)
}
