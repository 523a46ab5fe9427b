/** Products of vectors, matrices and batches of matrices: what ranks mean, said in products of matrices. */
import { mismatch } from './errors.js'
import { broadcast, elements, written } from './shape.js'
import type { Var } from './var.js'

/** The product of `a` and `b` by NumPy's rules of rank. */
export function product(a: Var, b: Var): Var {
  refuseNumber('a', a)
  refuseNumber('b', b)
  const [isRow, isColumn] = [a.shape.length === 1, b.shape.length === 1]
  const rows = isRow ? a.reshape([1, ...a.shape]) : a
  const columns = isColumn ? b.reshape([...b.shape, 1]) : b
  const y = matrixProduct(rows, columns)
  const rank = y.shape.length
  const added = (axis: number) => (isRow && axis === rank - 2) || (isColumn && axis === rank - 1)
  return y.reshape(y.shape.filter((_, axis) => !added(axis)))
}

/** The product where both have two axes or more; leading ones broadcast. */
function matrixProduct(a: Var, b: Var): Var {
  const [before, behind] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
  if (before.length > 0 && behind.length === 0) return rowsByMatrix(a, b)
  const batch = broadcast(before, behind)
  if (batch === undefined) {
    const wanted = `have leading axes that broadcast with ${written(before)}`
    throw mismatch('SHAPE_MISMATCH', '`b` of `dot`', wanted, `has shape ${written(b.shape)}`)
  }
  const whole = (x: Var) => x.broadcast([...batch, ...x.shape.slice(-2)])
  return whole(a).structural('dot', {}, whole(b))
}

/** `[..., m, k]` by `[k, n]` as one product of all rows. */
function rowsByMatrix(a: Var, b: Var): Var {
  const [outer, k] = [a.shape.slice(0, -1), a.shape.slice(-1)]
  const y = a.reshape([elements(outer), ...k]).structural('dot', {}, b)
  return y.reshape([...outer, ...y.shape.slice(-1)])
}

function refuseNumber(name: string, { shape }: Var): void {
  if (shape.length > 0) return
  const wanted = 'have at least 1 axis (scale by `mul`)'
  throw mismatch('SHAPE_MISMATCH', `\`${name}\` of \`dot\``, wanted, 'is one number')
}
