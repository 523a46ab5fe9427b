/** A command line that asks for what there is not; the program ends with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
