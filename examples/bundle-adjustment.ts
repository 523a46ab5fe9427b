// The Jacobian of a bundle adjustment: residuals, cost and gradient of 31,843 observations, by forward and reverse mode.
//
//   npm start                 a synthetic scene
//   npm start -- FILE         a problem in BAL format
import { availableParallelism } from 'node:os'
import { grad, jacobian, prepare, record, select, setThreads, stack, type Var } from 'chainrule'
import cliProgress from 'cli-progress'
import { makeScene, readScene, type Scene } from './bal.js'

const inputs = { camera: [9], point: [3], pixel: { shape: [2], fixed: true } } as const

/** The two residuals of one observation, in pixels: where the camera sees the point, minus where it was seen. */
function residuals({ camera, point, pixel }: Record<keyof typeof inputs, Var>): Var {
  const [r0, r1, r2, t0, t1, t2, focal, k1, k2] = nine(camera)
  const [x, y, z] = rotated([r0, r1, r2], three(point))
  const depth = z.add(t2).neg()
  const [px, py] = [x.add(t0).div(depth), y.add(t1).div(depth)]
  const squared = px.mul(px).add(py.mul(py))
  const scale = squared.mul(k2).add(k1).mul(squared).add(1).mul(focal)
  return stack([px.mul(scale), py.mul(scale)]).sub(pixel)
}

/** A point turned by an angle-axis vector (Rodrigues); to first order where the angle is too small to divide by. */
function rotated(r: Three, p: Three): Three {
  const angle2 = dot(r, r)
  const tiny = angle2.lt(1e-20)
  const angle = select(tiny, 1, angle2).sqrt() // never the root of 0, whose derivative is infinite
  const axis = each(r, ri => ri.div(angle))
  const [sin, cos] = [angle.sin(), angle.cos()]
  const along = dot(axis, p).mul(cos.neg().add(1))
  const [turned, nearly] = [cross(axis, p), cross(r, p)]
  return each(p, (pi, i) => {
    const exact = pi.mul(cos).add(turned[i].mul(sin)).add(axis[i].mul(along))
    return select(tiny, pi.add(nearly[i]), exact)
  })
}

type Three = [Var, Var, Var]
type Place = 0 | 1 | 2
const three = (v: Var): Three => [v.at(0), v.at(1), v.at(2)]
const nine = (v: Var): [...Three, ...Three, ...Three] => [
  ...three(v),
  v.at(3),
  v.at(4),
  v.at(5),
  v.at(6),
  v.at(7),
  v.at(8),
]
const each = (v: Three, f: (x: Var, i: Place) => Var): Three => [f(v[0], 0), f(v[1], 1), f(v[2], 2)]
const dot = (a: Three, b: Three): Var => a[0].mul(b[0]).add(a[1].mul(b[1])).add(a[2].mul(b[2]))
const cross = (a: Three, b: Three): Three => [
  a[1].mul(b[2]).sub(a[2].mul(b[1])),
  a[2].mul(b[0]).sub(a[0].mul(b[2])),
  a[0].mul(b[1]).sub(a[1].mul(b[0])),
]

/** Runs the job and prints what it finds. */
export async function main(file?: string): Promise<void> {
  const scene = file === undefined ? makeScene() : readScene(file)
  const count = scene.cameraIndex.length
  console.log(`Bundle adjustment: ${scene.name}, ${count.toLocaleString('en')} observations`)
  const tape = record(inputs, residuals)
  const points = rows(scene)
  const out = { value: new Float64Array(2 * count), jacobian: new Float64Array(24 * count) }

  const prepared = jacobian(tape)
  await withProgress(count, onProgress => prepared.atAsync(points, { onProgress }))
  prepared.at(points, { out })
  const cost = out.value.reduce((sum, r) => sum + 0.5 * r * r, 0)
  console.log(`  cost (half the sum of squares)  ${cost.toExponential(10)}`)
  // Half the sum of squares again, as one number a point: its gradient is summed into the rows of both tables.
  const half = record(inputs, vars => residuals(vars).square().sum().mul(0.5))
  const { gradient } = prepare(grad(half)).batch(points, { reduce: 'sum' })
  const size = Math.hypot(norm(gradient.camera), norm(gradient.point))
  console.log(`  norm of the gradient            ${size.toExponential(6)}`)

  const cores = availableParallelism()
  for (const threads of cores > 1 ? [1, cores] : [1]) {
    setThreads(threads)
    const [seconds = 0] = timed(() => prepared.at(points, { out }))
    const rate = Math.round(count / seconds).toLocaleString('en')
    console.log(
      `  ${threads} thread${threads > 1 ? 's' : ' '}: ${(seconds * 1e3).toFixed(2)} ms, ${rate} Jacobians (2 x 12) a second`,
    )
  }

  setThreads(1)
  console.log('\nForward against reverse, on one thread')
  const modes = (['forward', 'reverse'] as const).map(order => jacobian(tape, { order }))
  const seconds = timed(...modes.map(mode => () => mode.at(points, { out })))
  modes.forEach(({ order, cost, sweeps }, i) => {
    const units = (cost / tape.cost).toFixed(1).padStart(5)
    const ms = ((seconds[i] ?? 0) * 1e3).toFixed(2)
    console.log(
      `  ${order}: ${String(sweeps).padStart(2)} sweeps, ${units} evaluations' worth, ${ms} ms`,
    )
  })
  setThreads(cores)
}

function rows(scene: Scene) {
  return {
    camera: { data: scene.cameras, index: scene.cameraIndex },
    point: { data: scene.points, index: scene.pointIndex },
    pixel: scene.pixels,
  }
}

/** Work off the event loop, with a bar; on a terminal only. */
async function withProgress(
  total: number,
  work: (report: (done: number) => void) => Promise<unknown>,
): Promise<void> {
  const bar = new cliProgress.SingleBar({
    format: '  {bar} {value} of {total}',
    noTTYOutput: false,
  })
  bar.start(total, 0)
  await work(done => bar.update(done))
  bar.update(total)
  bar.stop()
}

const norm = (x: Float64Array): number => Math.sqrt(x.reduce((sum, xi) => sum + xi * xi, 0))

/** The median of a few runs of each, in seconds; they take turns, so that what slows the machine slows all alike. */
function timed(...runs: (() => void)[]): number[] {
  const times = runs.map((): number[] => [])
  for (let round = 0; round < 10; round++) {
    runs.forEach((run, i) => {
      const start = performance.now()
      run()
      if (round > 0) times[i]?.push((performance.now() - start) / 1e3)
    })
  }
  return times.map(all => all.sort((a, b) => a - b)[4] ?? 0)
}
