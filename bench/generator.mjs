// The generator of the work list (splitmix64): number i of a seed, uniform in [0, 1).
const MASK = (1n << 64n) - 1n

/** The i-th 64-bit number of a seed. */
export function splitmix(seed, i) {
  let z = (BigInt(seed) + (BigInt(i) + 1n) * 0x9e3779b97f4a7c15n) & MASK
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK
  return z ^ (z >> 31n)
}

/** An array of `count` uniform numbers of a seed, each passed through `map`. */
export function uniform(seed, count, map = u => u) {
  return Float64Array.from({ length: count }, (_, i) =>
    map(Number(splitmix(seed, i) >> 11n) * 2 ** -53),
  )
}
