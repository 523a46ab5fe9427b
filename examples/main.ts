// The main job: the traces of a small function as textbooks print them, a bundle adjustment, and what the order of
// multiplying Jacobians is worth.
import { record } from 'chainrule'
import { main } from './bundle-adjustment.js'
import { orders } from './orders.js'

const f = record([[], []], (x, y) => x.mul(y).add(x.sin()))
console.log('f(x, y) = x y + sin x at (2, 3), with the tangent (1, 0)\n')
console.log(`${f.trace(2, 3, { tangent: [1, 0] })}\n`)
console.log('The same with the adjoint 1\n')
console.log(`${f.trace(2, 3, { adjoint: 1 })}\n`)
await main(process.argv[2])
console.log(
  '\nA chain of matrices with a neck: in which order should its Jacobians be multiplied?\n',
)
await orders()
