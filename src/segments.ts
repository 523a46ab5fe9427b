/** Recording the segments of a program on several threads. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { joinSegments, type RecordedSegment, recordTape } from './binding.cjs'
import { ChainruleError, fromCore, guarded, mismatch } from './errors.js'
import { checkOptions } from './options.js'
import { byName, inputInfos, inputVars, outputsOf, type RecordedOutput } from './record.js'
import { coreWords, during, Recording, type Words } from './recording.js'
import { isFunction, isList, kind, whole } from './shape.js'
import { type InputInfo, Tape } from './tape.js'
import type { Var } from './var.js'

/** How many segments there are, and on how many threads they are recorded. */
export interface SegmentOptions {
  /** The number of segments. */
  readonly segments: number
  /** At most so many threads, by default all cores. The tape does not depend on it. */
  readonly threads?: number
}

/** What marks a worker as one that records segments. */
export const SEGMENTS = 'chainrule segments'

/** What a worker is told. */
export interface WorkerTask {
  readonly moduleUrl: string
  readonly segment: number
}

/** What a worker answers: a recorded segment, or why there is none. */
export type WorkerAnswer =
  | { readonly segment: number; readonly words: Words; readonly outputs: RecordedOutput[] }
  | {
      readonly segment: number
      readonly error: { code: string; message: string; argument?: string }
    }

/**
 * Records a program of independent segments on several threads.
 *
 * The module exports `inputs` (as for `record`), `segment(vars, k)`, which returns the outputs of segment `k`, and if
 * wanted `combine(outputs, vars)`, which is recorded once after all segments and returns the outputs of the tape;
 * without it they are all segments' outputs in order. `vars` are the variables as `record` gives them: a list, or an
 * object by name.
 *
 * @param moduleUrl where the module lies, as a `file:` URL
 * @throws ChainruleError of the segment of the lowest number that fails; `INVALID_ARGUMENT`
 */
export async function recordSegments(
  moduleUrl: string | URL,
  options: SegmentOptions,
): Promise<Tape> {
  if (typeof moduleUrl !== 'string' && !(moduleUrl instanceof URL)) {
    throw mismatch('INVALID_ARGUMENT', 'moduleUrl', 'be a URL', `is ${kind(moduleUrl)}`)
  }
  checkOptions(options, ['segments', 'threads'], 'the options of `recordSegments`')
  const segments = whole(options.segments, 'segments')
  const threads =
    options.threads === undefined ? availableParallelism() : whole(options.threads, 'threads', 1)
  if (threads > 1024)
    throw mismatch('INVALID_ARGUMENT', 'threads', 'be at most 1024', `is ${threads}`)
  const program = await load(`${moduleUrl}`)
  const answers = await answered(`${moduleUrl}`, segments, Math.min(threads, segments))
  const recorded: RecordedSegment[] = []
  const outputs: RecordedOutput[][] = []
  for (const answer of answers) {
    if ('error' in answer) throw typed(answer.error)
    recorded.push({
      recorded: coreWords(answer.words),
      outputs: answer.outputs.map(({ node }) => node),
    })
    outputs.push(answer.outputs)
  }
  const infos = inputInfos(program.inputs)
  const { combine } = program
  if (combine === undefined) {
    const paths = outputs.flat().map((_, i) => `${i}`)
    return new Tape(guarded(() => joinSegments(infos, recorded, undefined, paths)))
  }
  const { tape, paths } = combined(infos, isList(program.inputs), outputs, combine)
  return new Tape(guarded(() => joinSegments(infos, recorded, tape, paths)))
}

/** A module of segments. */
export interface SegmentModule {
  readonly inputs: unknown
  readonly segment: (vars: unknown, k: number) => unknown
  readonly combine?: (outputs: unknown, vars: unknown) => unknown
}

/** Loads a module and checks what it exports. */
export async function load(moduleUrl: string): Promise<SegmentModule> {
  let loaded: Readonly<Record<string, unknown>>
  try {
    loaded = await import(moduleUrl)
  } catch (error) {
    const came = error instanceof Error ? error.message : `${error}`
    throw mismatch('INVALID_ARGUMENT', 'moduleUrl', 'name a module', `it cannot be loaded: ${came}`)
  }
  const { inputs, segment, combine } = loaded
  if (!isFunction(segment)) {
    const wanted = 'export a function `segment`'
    throw mismatch(
      'INVALID_ARGUMENT',
      'the module of segments',
      wanted,
      `\`segment\` is ${kind(segment)}`,
    )
  }
  if (combine !== undefined && !isFunction(combine)) {
    const wanted = 'export `combine` as a function or not at all'
    throw mismatch('INVALID_ARGUMENT', 'the module of segments', wanted, `it is ${kind(combine)}`)
  }
  return { inputs, segment, ...(combine === undefined ? {} : { combine }) }
}

/** Records one segment. */
export function recordSegment(
  { inputs, segment }: SegmentModule,
  k: number,
): { words: Words; outputs: RecordedOutput[] } {
  const infos = inputInfos(inputs)
  const recording = new Recording(infos.length)
  const vars = inputVars(recording, infos)
  const outputs = during(recording, () => {
    const result = segment(isList(inputs) ? vars : byName(infos, vars), k)
    return outputsOf(result, recording)
  })
  return { words: recording.end(), outputs }
}

/** Records what `combine` makes of the segments' outputs and the inputs, as a tape that takes both. */
function combined(
  infos: readonly InputInfo[],
  positional: boolean,
  outputs: readonly (readonly RecordedOutput[])[],
  combine: (outputs: unknown, vars: unknown) => unknown,
) {
  const all = outputs.flat()
  const given = all.map(({ shape }, i) => ({ path: `output${i}`, shape: [...shape], fixed: false }))
  const taken = infos.map(({ shape }, i) => ({ path: `input${i}`, shape, fixed: false }))
  const recording = new Recording(all.length + infos.length)
  const vars = inputVars(recording, [...given, ...taken])
  const inputs = vars.slice(all.length)
  let next = 0
  const perSegment = outputs.map(own => {
    const part = vars.slice(next, next + own.length)
    next += own.length
    const [first] = own
    return own.length === 1 && first?.path === '' ? part[0] : shaped(own, part)
  })
  const results = during(recording, () => {
    return outputsOf(combine(perSegment, positional ? inputs : byName(infos, inputs)), recording)
  })
  const words = coreWords(recording.end())
  const named = results.map(({ path, node }) => ({ path, node }))
  const tape = guarded(() => recordTape([...given, ...taken], words, named))
  return { tape, paths: results.map(({ path }) => path) }
}

/** The outputs of one segment in the form in which it returned them: a list, or an object by name. */
function shaped(outputs: readonly RecordedOutput[], vars: readonly Var[]): unknown {
  const byPlace = outputs.every(({ path }) => /^\d+$/.test(path))
  return byPlace ? vars : Object.fromEntries(outputs.map(({ path }, i) => [path, vars[i]]))
}

/** The answers of all segments in order, from workers that take one after the other. */
function answered(moduleUrl: string, segments: number, threads: number): Promise<WorkerAnswer[]> {
  const answers: WorkerAnswer[] = new Array(segments)
  let next = 0
  const worker = () =>
    new Promise<void>((resolve, reject) => {
      const thread = new Worker(new URL(import.meta.url), { workerData: { [SEGMENTS]: true } })
      const end = (settle: () => void) => {
        void thread.terminate().then(settle, settle)
      }
      const give = () => {
        if (next === segments) return end(resolve)
        const task: WorkerTask = { moduleUrl, segment: next++ }
        thread.postMessage(task)
      }
      thread.on('message', (answer: WorkerAnswer) => {
        answers[answer.segment] = answer
        give()
      })
      thread.on('error', error => end(() => reject(fromCore(error))))
      give()
    })
  return Promise.all(Array.from({ length: threads }, worker)).then(() => answers)
}

function typed({
  code,
  message,
  argument,
}: {
  code: string
  message: string
  argument?: string
}): unknown {
  return fromCore(new Error([code, argument ?? '', message].join('\u001f')))
}

/** An error as plain data, for the way between threads. */
export function plain(error: unknown): { code: string; message: string; argument?: string } {
  const known = fromCore(error)
  if (known instanceof ChainruleError) {
    const { code, message, argument } = known
    return argument === undefined ? { code, message } : { code, message, argument }
  }
  return { code: 'INVALID_ARGUMENT', message: `the segment failed: ${error}` }
}
