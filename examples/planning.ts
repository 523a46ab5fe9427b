// Planning alone: shapes and costs in, an order with its certificate out.
import { matrixChain, multiplyChain, paretoFront, plan } from 'chainrule'

// A function that squeezes 1000 numbers through 20, for 256 points. Its stages can be swept through; the last one is
// elementwise, so its Jacobian is diagonal.
const stages = [
  { inputs: 1000, outputs: 500, tangentCost: 40_000, adjointCost: 90_000 },
  { inputs: 500, outputs: 20 },
  { inputs: 20, outputs: 800, shared: true, jacobian: 'given' },
  { inputs: 800, outputs: 800, structure: { kind: 'diagonal' } },
] as const
const problem = { stages, batch: 256 }

const best = plan(problem)
console.log(best.explain())
console.log(`its bracketing: ${JSON.stringify(best.tree)}, certificate: ${best.certificate.kind}\n`)

console.log('What less memory costs:')
for (const { cost, peakMemory } of paretoFront(problem, ['flops', 'memory']).plans) {
  console.log(`  ${(peakMemory / 1e6).toFixed(1)} MB  ${cost} multiply-adds`)
}

// Matrices at hand, in product order: the first has one for each of 100 products, the others are shared.
const dims = [8, 300, 300, 300]
const order = matrixChain(dims, { batch: 100, shared: [false, true, true] })
const matrix = (...shape: number[]) => {
  const size = shape.reduce((product, n) => product * n, 1)
  return { data: Float64Array.from({ length: size }, (_, i) => Math.sin(i)), shape }
}
const factors = [matrix(100, 8, 300), matrix(300, 300), matrix(300, 300)]
const { shape } = multiplyChain(factors, { plan: order })
console.log(`\nA product of shape ${shape.join(' x ')} in the order ${JSON.stringify(order.tree)}`)
