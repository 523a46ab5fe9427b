/** How output looks where somebody reads it. */
import Table from 'cli-table3'

/** Colours are for terminals, and for those who have nothing against them. */
export function isColored(): boolean {
  return process.stdout.isTTY === true && !process.env['NO_COLOR']
}

/** A table without lines; what stands in bold is a heading. */
export function table(rows: readonly (readonly (string | number)[])[], heading = false): string {
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '' }
  const bottom = { bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' }
  const inside = { left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '' }
  const made = new Table({
    chars: { ...none, ...bottom, ...inside, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  })
  rows.forEach((row, i) => {
    const bold = heading && i === 0 && isColored()
    made.push(row.map(cell => (bold ? `\u001b[1m${cell}\u001b[0m` : `${cell}`)))
  })
  const lines = made.toString().split('\n')
  return lines.map(line => line.trimEnd()).join('\n')
}
