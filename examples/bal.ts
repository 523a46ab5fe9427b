// Bundle adjustment problems: read from a file in the format of "Bundle Adjustment in the Large", or made up.
import { readFileSync } from 'node:fs'

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
 * @throws Error if the file cannot be read, or naming the line that is not as the format says.
 */
export function readScene(path: string): Scene {
  const lines = readFileSync(path, 'utf8').split('\n')
  const numbers = (line: number, count: number, what: string): number[] => {
    const words = (lines[line] ?? '').trim().split(/\s+/)
    const parsed = words.map(Number)
    if (words[0] === '' || parsed.length !== count || !parsed.every(Number.isFinite)) {
      throw new Error(
        `line ${line + 1} of ${path} must be ${what}, but is ${JSON.stringify(lines[line] ?? 'missing')}`,
      )
    }
    return parsed
  }
  const [cameras = 0, points = 0, observations = 0] = sizes(
    numbers(0, 3, 'the numbers of cameras, points and observations'),
    path,
  )
  const scene = empty(
    `${path} (${cameras} cameras, ${points} points)`,
    cameras,
    points,
    observations,
  )
  for (let i = 0; i < observations; i++) {
    const [camera = 0, point = 0, x = 0, y = 0] = numbers(
      1 + i,
      4,
      'a camera, a point and two pixels',
    )
    const known = (value: number, count: number): boolean =>
      Number.isInteger(value) && value >= 0 && value < count
    if (!known(camera, cameras) || !known(point, points)) {
      throw new Error(
        `line ${2 + i} of ${path} must name one of ${cameras} cameras and ${points} points, but names ${camera} and ${point}`,
      )
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

function sizes(counts: number[], path: string): number[] {
  if (!counts.every(count => Number.isInteger(count) && count > 0 && count < 2 ** 31)) {
    throw new Error(
      `line 1 of ${path} must be three whole numbers from 1 to 2^31 - 1, but is ${counts.join(' ')}`,
    )
  }
  return counts
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
