/** Which columns or rows of a sparse Jacobian may share a sweep. */
import * as native from './binding.cjs'
import { guarded } from './errors.js'
import { checkOptions } from './options.js'
import { checkedPattern, named, type Pattern } from './problem.js'

/** What is colored. */
export interface ColoringOptions {
  /** Columns share tangents, rows share adjoints; columns by default. */
  readonly by?: 'columns' | 'rows'
}

/** Groups of columns that share no row, or of rows that share no column. */
export interface Coloring {
  /** The group of each column or row, counted from 0. */
  readonly groups: Uint32Array
  /** How many groups there are: so many sweeps give all entries. */
  readonly count: number
  /** Whether no coloring has fewer groups. */
  readonly proved: boolean
}

/**
 * Groups the columns of a pattern so that those of a group share no row: greedily, and for at most 64 columns by an exact
 * search with a budget. The same pattern always gets the same groups.
 *
 * @throws ChainruleError `INVALID_ARGUMENT`, `STRUCTURE_MISMATCH` for a column that there is not
 * @example
 * coloring({ columns: 4, rows: [[0, 1], [1, 2], [2, 3]] }).count // 2
 */
export function coloring(pattern: Pattern, options: ColoringOptions = {}): Coloring {
  checkOptions(options, ['by'], 'the options of `coloring`')
  const byRows = named(options.by ?? 'columns', 'by', ['columns', 'rows']) === 'rows'
  const { columns, rows } = checkedPattern(pattern, 'pattern')
  const lists = rows.map(row => [...row])
  return guarded(() => native.coloring(columns, lists, byRows))
}
