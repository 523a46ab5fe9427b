// P2: value and gradient of ADBench's Gaussian mixture, with the formula as GradBench corrected it.
import { readFileSync } from 'node:fs'
import { concat, constant, grad, prepare, record } from 'chainrule'

const sizes = ['1k_gmm_d10_K25', '1k_gmm_d64_K25', '10k_gmm_d10_K25']

export const gaussianMixture = {
  sizes,
  reference: size => `P2_${size}`,
  make(size, data) {
    const [count, file] = [size.slice(0, size.indexOf('_')), size.slice(size.indexOf('_') + 1)]
    const problem = read(`${data}/adbench/gmm/${count}/${file}.txt`)
    const { d, K, alpha, mu, q, l, x } = problem
    const program = prepare(grad(objective(problem)))
    const all = new Float64Array(1 + K + 2 * K * d + (K * d * (d - 1)) / 2)
    const gradient = { alpha: all.subarray(1, 1 + K) }
    gradient.mu = all.subarray(1 + K, 1 + K + K * d)
    gradient.q = all.subarray(1 + K + K * d, 1 + K + 2 * K * d)
    gradient.l = all.subarray(1 + K + 2 * K * d)
    const out = { value: all.subarray(0, 1), gradient }
    return { run: () => program.batch({ alpha, mu, q, l, x }, { out }), output: () => all }
  },
}

function objective({ d, K, N, gamma, m }) {
  const triangle = (d * (d - 1)) / 2
  const inputs = {
    alpha: [K],
    mu: [K, d],
    q: [K, d],
    l: [K, triangle],
    x: { shape: [N, d], fixed: true },
  }
  return record(inputs, ({ alpha, mu, q, l, x }) => {
    const zero = constant(new Float64Array(K), [K, 1])
    const Q = concat([q.exp(), l, zero], 1)
      .gather(lowerTriangle(d), 1)
      .reshape([K * d, d])
    const moved = x
      .dot(Q.transpose())
      .reshape([N, K, d])
      .sub(
        Q.reshape([K, d, d])
          .dot(mu.reshape([K, d, 1]))
          .reshape([K, d]),
      )
    const beta = alpha.add(q.sum(1)).sub(moved.square().sum(2).mul(0.5))
    const fit = beta
      .logsumexp(1)
      .sum()
      .sub(alpha.logsumexp().mul(N))
      .sub(0.5 * N * d * Math.log(2 * Math.PI))
    const prior = Q.square()
      .sum()
      .mul(-0.5 * gamma * gamma)
      .add(q.sum().mul(m))
    return fit.add(prior).add(K * wishart(d, gamma, m))
  })
}

/** For each entry of a d x d matrix its place in [diagonal, lower part column by column, 0]. */
function lowerTriangle(d) {
  const places = new Int32Array(d * d).fill(d + (d * (d - 1)) / 2)
  let next = d
  for (let column = 0; column < d; column++) {
    places[column * d + column] = column
    for (let row = column + 1; row < d; row++) {
      places[row * d + column] = next++
    }
  }
  return places
}

function wishart(d, gamma, m) {
  const n = d + m + 1
  return n * d * (Math.log(gamma) - 0.5 * Math.log(2)) - multivariateLogGamma(0.5 * n, d)
}

function multivariateLogGamma(a, d) {
  let sum = 0.25 * d * (d - 1) * Math.log(Math.PI)
  for (let j = 0; j < d; j++) {
    sum += logGamma(a - 0.5 * j)
  }
  return sum
}

/** log Gamma of a positive multiple of one half, by its recurrence. */
function logGamma(a) {
  let sum = a % 1 === 0 ? 0 : 0.5 * Math.log(Math.PI)
  for (let x = a % 1 === 0 ? 1 : 0.5; x < a; x++) {
    sum += Math.log(x)
  }
  return sum
}

/** d K N; alpha; mu; for each component q, then l; x; gamma m. */
function read(path) {
  const numbers = readFileSync(path, 'utf8').trim().split(/\s+/).map(Number)
  let at = 3
  const take = count => {
    at += count
    return Float64Array.from(numbers.slice(at - count, at))
  }
  const [d, K, N] = numbers
  const triangle = (d * (d - 1)) / 2
  const [alpha, mu, icf] = [take(K), take(K * d), take(K * (d + triangle))]
  const part = (from, to) => {
    const rows = Array.from({ length: K }, (_, k) => [
      ...icf.subarray(k * (d + triangle) + from, k * (d + triangle) + to),
    ])
    return Float64Array.from(rows.flat())
  }
  const x = take(N * d)
  const [gamma, m] = take(2)
  return { d, K, N, alpha, mu, q: part(0, d), l: part(d, d + triangle), x, gamma, m }
}
