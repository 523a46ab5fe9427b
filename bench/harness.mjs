// What every benchmark shares: the answers are proved right first, then time is taken.

/** [count, first, middle, last, sum, Euclidean norm] of an output, as the reference files have it. */
export function digest(output) {
  let [sum, squares] = [0, 0]
  for (const x of output) {
    sum += x
    squares += x * x
  }
  const n = output.length
  return [n, output[0], output[n >> 1], output[n - 1], sum, Math.sqrt(squares)]
}

/** Throws unless digest and sampled entries agree with the reference to 1e-9 of the largest entry. */
export function checkDigest(output, found, reference) {
  if (found[0] !== reference.digest[0]) {
    throw new Error(`the output has ${found[0]} numbers, the reference ${reference.digest[0]}`)
  }
  const largest = output.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  const compare = (what, came, wanted, scale) => {
    if (!(Math.abs(came - wanted) <= 1e-9 * Math.max(scale, Math.abs(wanted)))) {
      throw new Error(`${what} is ${came}, but the reference says ${wanted}`)
    }
  }
  for (const [i, index] of reference.index.entries()) {
    compare(`entry ${index}`, output[index], reference.value[i], largest)
  }
  reference.digest.forEach((wanted, i) => {
    compare(reference.digest_fields[i], found[i], wanted, i === 4 ? reference.digest[5] : largest)
  })
}

/** Throws unless two lists of numbers are the same to rounding. */
export function agree(what, found, wanted) {
  if (found.length !== wanted.length) {
    throw new Error(`${what}: ${found.length} numbers, but ${wanted.length} by hand`)
  }
  const largest = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  const wrong = found.findIndex((x, i) => !(Math.abs(x - wanted[i]) <= 1e-12 * largest))
  if (wrong !== -1) {
    throw new Error(`${what}: entry ${wrong} is ${found[wrong]}, but ${wanted[wrong]} by hand`)
  }
}

/** Seconds of one run: median and minimum over half a second and at least 11 runs, once the code is warm. */
export function timed(run) {
  const seconds = []
  const during = (least, milliseconds) => {
    const until = performance.now() + milliseconds
    while (seconds.length < least || performance.now() < until) {
      const start = performance.now()
      run()
      seconds.push((performance.now() - start) / 1e3)
    }
  }
  during(1, 200)
  seconds.length = 0
  during(11, 500)
  seconds.sort((a, b) => a - b)
  return { median: seconds[seconds.length >> 1], min: seconds[0], runs: seconds.length }
}
