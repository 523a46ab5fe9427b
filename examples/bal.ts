// Bundle adjustment problems: read from a file in the format of "Bundle Adjustment in the Large", or made up.
import { readFileSync } from 'node:fs'
import { ChainruleError } from 'chainrule'

/** A scene: which camera saw which point where. */
export interface Scene {
  /** What it is, in a few words. */
  readonly name: string
  /** Nine numbers a camera: rotation (angle times axis), translation, focal length, two of radial distortion. */
  readonly cameras: Float64Array
  /** Three numbers a point. */
  readonly points: Float64Array
  /** For each observation the camera's number. */
  readonly cameraIndex: Int32Array
  /** For each observation the point's number. */
  readonly pointIndex: Int32Array
  /** Two numbers an observation, in pixels. */
  readonly pixels: Float64Array
}

/**
 * Reads a scene.
 *
 * @throws ChainruleError `INVALID_ARGUMENT` for a file that cannot be read, `INVALID_TEXT` naming the line that is not as
 *   the format says.
 */
export function readScene(path: string): Scene {
  const lines = read(path).trimEnd().split('\n')
  const wrong = (line: number, wanted: string, came: string) => {
    const message = `line ${line + 1} of ${path} must ${wanted}, but ${came}`
    return new ChainruleError('INVALID_TEXT', message, 'path')
  }
  const numbers = (line: number, count: number, what: string): number[] => {
    const text = lines[line] ?? ''
    const parsed = text.trim().split(/\s+/).map(Number)
    if (text.trim() !== '' && parsed.length === count && parsed.every(Number.isFinite))
      return parsed
    throw wrong(line, `be ${what}`, `is ${JSON.stringify(text)}`)
  }
  const sizes = numbers(0, 3, 'the numbers of cameras, points and observations')
  const [cameras = 0, points = 0, observations = 0] = sizes
  if (!sizes.every(count => Number.isInteger(count) && count > 0 && count < 2 ** 31)) {
    throw wrong(0, 'be three whole numbers from 1 to 2^31 - 1', `is ${sizes.join(' ')}`)
  }
  // Before any memory is asked for.
  const needed = 1 + observations + 9 * cameras + 3 * points
  if (lines.length < needed) {
    throw wrong(0, 'be what the file holds', `it has ${lines.length} lines and needs ${needed}`)
  }
  if (lines.length > needed) throw wrong(needed, 'not be there, behind the end', 'it is')
  const name = `${path} (${cameras} cameras, ${points} points)`
  const scene = empty(name, cameras, points, observations)
  const known = (value: number, count: number): boolean =>
    Number.isInteger(value) && value >= 0 && value < count
  for (let i = 0; i < observations; i++) {
    const seen = numbers(1 + i, 4, 'a camera, a point and two pixels')
    const [camera = 0, point = 0, x = 0, y = 0] = seen
    if (!known(camera, cameras) || !known(point, points)) {
      const wanted = `name one of ${cameras} cameras and ${points} points`
      throw wrong(1 + i, wanted, `names ${camera} and ${point}`)
    }
    scene.cameraIndex[i] = camera
    scene.pointIndex[i] = point
    scene.pixels.set([x, y], 2 * i)
  }
  const first = 1 + observations
  const parameter = (i: number): number => numbers(first + i, 1, 'a parameter')[0] ?? 0
  scene.cameras.forEach((_, i) => {
    scene.cameras[i] = parameter(i)
  })
  scene.points.forEach((_, i) => {
    scene.points[i] = parameter(scene.cameras.length + i)
  })
  return scene
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const came = error instanceof Error ? error.message : `${error}`
    const message = `path must name a file that can be read, but ${path} cannot: ${came}`
    throw new ChainruleError('INVALID_ARGUMENT', message, 'path')
  }
}

function empty(name: string, cameras: number, points: number, observations: number): Scene {
  return {
    name,
    cameras: new Float64Array(9 * cameras),
    points: new Float64Array(3 * points),
    cameraIndex: new Int32Array(observations),
    pointIndex: new Int32Array(observations),
    pixels: new Float64Array(2 * observations),
  }
}

/** A scene of the size of the smallest Ladybug problem: a cloud of points, and cameras on a ring that look at it. */
export function makeScene(seed = 1): Scene {
  const [cameras, points, observations] = [49, 7776, 31843]
  const scene = empty(
    `synthetic scene (${cameras} cameras on a ring, ${points} points)`,
    cameras,
    points,
    observations,
  )
  const random = uniform(seed)
  for (let c = 0; c < cameras; c++) {
    // Turned about the vertical axis, then moved back: the camera looks along -z at the cloud.
    scene.cameras.set(
      [
        0.01 * random(),
        (2 * Math.PI * (c + 0.5)) / cameras - Math.PI,
        0.01 * random(),
        0,
        0,
        -6,
        500,
        1e-2,
        1e-3,
      ],
      9 * c,
    )
  }
  scene.points.forEach((_, i) => {
    scene.points[i] = 2 * random() - 1
  })
  for (let i = 0; i < observations; i++) {
    scene.cameraIndex[i] = i % cameras
    scene.pointIndex[i] = i % points
    scene.pixels.set([160 * (random() - 0.5), 160 * (random() - 0.5)], 2 * i)
  }
  return scene
}

/** Numbers from 0 to 1 that a seed fixes (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let z = Math.imul(state ^ (state >>> 15), state | 1)
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61)
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32
  }
}
