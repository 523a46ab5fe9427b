/** Segments recorded on several threads, by the built package: its workers are files of the build. */
import { prepare, recordSegments } from 'chainrule'
import { expect, test } from 'vitest'

const fixture = (name: string) => new URL(`./fixtures/${name}.mjs`, import.meta.url)

test('the tape is the same for any number of threads, and is the sum of its segments', async () => {
  const texts = await Promise.all(
    [1, 2, 4].map(
      async threads => `${await recordSegments(fixture('segments'), { segments: 9, threads })}`,
    ),
  )
  expect(new Set(texts).size).toBe(1)
  const tape = await recordSegments(fixture('segments'), { segments: 9 })
  const wanted = Array.from({ length: 9 }, (_, k) => Math.sin((k % 2 === 0 ? 0.3 : 0.7) * k))
  const value = prepare(tape).call({ x: [0.3, 0.7] })
  expect(Number(`${value}`)).toBeCloseTo(
    wanted.reduce((a, b) => a + b),
    12,
  )
})

test('long segments arrive whole', async () => {
  const tape = await recordSegments(fixture('long-segments'), { segments: 3, threads: 2 })
  const values = prepare(tape).call(2, 3)
  expect([...Object.values(values)].map(Number)).toEqual([9002, 9003, 9004])
})

test('a segment that fails rejects with its error', async () => {
  const failing = recordSegments(fixture('failing'), { segments: 4, threads: 2 })
  await expect(failing).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', argument: '`i` of `at`' })
  await expect(recordSegments('file:///nowhere.mjs', { segments: 1 })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  })
})
