/** The page of a comparison, opened and clicked through in a real browser. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compare, type ProblemStage } from '../src/index.js'

const places = [
  process.env['CHAINRULE_BROWSER'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]
const executablePath = places.find(place => place !== undefined && existsSync(place))

test('there is a browser, or it is said aloud that there is none', () => {
  if (executablePath !== undefined) return
  const missing = 'no Chromium or Chrome is installed (CHAINRULE_BROWSER may name one)'
  if (process.env['CI']) throw new Error(`${missing}, and CI must not skip the page`)
  console.warn(`SKIPPED: the page of a comparison was not opened, for ${missing}.`)
})

const widths = [512, 512, 512, 8, 512, 512, 512]
const stages: ProblemStage[] = widths.slice(1).map((outputs, i) => {
  return { inputs: widths[i] ?? 0, outputs, jacobian: 'given' }
})
const predicted = compare({ stages, batch: 64 })
const measured = compare(
  { stages: stages.map(s => ({ ...s, inputs: s.inputs >> 3, outputs: s.outputs >> 3 })), batch: 2 },
  { measure: 'everything', seconds: 0, threads: 1 },
)

describe.runIf(executablePath !== undefined)('the page of a comparison', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chainrule-page-'))
  let browser: Browser

  beforeAll(async () => {
    const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync']
    const quiet = ['--disable-background-networking', '--disable-component-update']
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: [...args, ...quiet],
    })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Opens a page; what it asks the network for and what goes wrong in it are gathered. */
  async function opened(
    html: string,
    options: { width: number; scheme: 'light' | 'dark' },
  ): Promise<{ page: Page; wrong: string[] }> {
    const file = join(folder, 'page.html')
    writeFileSync(file, html)
    const viewport = { width: options.width, height: 900 }
    const page = await browser.newPage({ viewport, colorScheme: options.scheme })
    const wrong: string[] = []
    page.on('pageerror', error => wrong.push(error.message))
    page.on('console', message => wrong.push(message.text()))
    page.on('request', request => {
      if (!request.url().startsWith('file:')) wrong.push(request.url())
    })
    await page.goto(pathToFileURL(file).href)
    return { page, wrong }
  }

  test('says what wins and why, and shows the order that is clicked', async () => {
    const { page, wrong } = await opened(predicted.toHTML(), { width: 1280, scheme: 'light' })
    expect(await page.textContent('.why')).toBe(predicted.why)
    expect(await page.locator('#orders tbody tr').count()).toBe(predicted.rows.length)
    const title = page.locator('#chosen h2')
    const boxes = page.locator('#chosen svg rect')
    expect(await title.textContent()).toContain('optimal by flops')
    // Six links and the five pairs that join them.
    expect(await boxes.count()).toBe(11)
    expect(await page.locator('#chosen .steps li').count()).toBe(predicted.winner.steps.length)
    await page.click('#orders button:text-is("forward")')
    expect(await title.textContent()).toBe('forward')
    expect(await page.locator('#orders tr[aria-selected="true"] button').allTextContents()).toEqual(
      ['forward'],
    )
    expect(await boxes.count()).toBe(11)
    expect(await page.locator('#chosen svg rect.tangent').count()).toBe(5)
    expect(await page.locator('#chosen .steps').textContent()).toContain('34.6 G')
    await page.click('.bars .name:text-is("reverse")')
    expect(await title.textContent()).toBe('reverse')
    expect(await page.locator('#chosen svg rect.adjoint').count()).toBe(5)
    // A point of a plot is an order, too: the winner has a colour of its own.
    await page.locator('.plots svg').first().locator('circle.wins').dispatchEvent('click')
    expect(await title.textContent()).toContain('optimal by flops')
    expect(wrong).toEqual([])
    await page.close()
  }, 60_000)

  test('shows what was measured, as bars and against memory', async () => {
    const { page, wrong } = await opened(measured.toHTML(), { width: 1280, scheme: 'dark' })
    expect(await page.locator('figcaption').allTextContents()).toEqual([
      'Measured time against multiply-adds',
      'Memory at its peak against multiply-adds',
    ])
    for (const plot of await page.locator('.plots svg').all()) {
      expect(await plot.locator('circle').count()).toBe(measured.rows.length)
    }
    expect(await page.locator('.bars .bar.wins').count()).toBe(1)
    expect(await page.locator('#machine').textContent()).toContain(measured.machine.processor)
    expect(wrong).toEqual([])
    await page.close()
  }, 60_000)

  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [800, 'light'],
    [800, 'dark'],
  ] as const)(
    'can be read %i pixels wide, %s',
    async (width, scheme) => {
      for (const comparison of [predicted, measured]) {
        const { page } = await opened(comparison.toHTML(), { width, scheme })
        for (const order of ['forward', 'reverse', '[0, [1, [2, [3, [4, 5]]]]]']) {
          await page.click(`#orders tr:has-text("${order}") button`)
          const found = await page.evaluate(INSPECTION)
          expect(found, order).toEqual({ wider: false, overlapping: [], faint: [] })
        }
        await page.close()
      }
    },
    60_000,
  )
})

/**
 * Run in the page: whether it is wider than the window, which labels of a picture or of the bars overlap, and which texts
 * stand out from what is behind them by less than 4.5 to 1 (WCAG 2, AA).
 */
const INSPECTION = `(() => {
  const wider = document.documentElement.scrollWidth > document.documentElement.clientWidth
  const overlapping = []
  for (const group of document.querySelectorAll('svg, .bars')) {
    const labels = [...group.querySelectorAll('text, .name, .value')]
    const boxes = labels.map(label => label.getBoundingClientRect())
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b, j) => {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      if (across > 1 && down > 4) overlapping.push([labels[i], labels[i + 1 + j]].map(l => l.textContent))
    }))
  }
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const light = colour => {
    context.clearRect(0, 0, 1, 1)
    context.fillStyle = colour
    context.fillRect(0, 0, 1, 1)
    const linear = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map(byte => {
      const c = byte / 255
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }
  const contrast = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((a, b) => a - b)
    return (high + 0.05) / (low + 0.05)
  }
  const card = getComputedStyle(document.querySelector('section')).backgroundColor
  const faint = []
  for (const text of document.querySelectorAll('h1, h2, p, td, th, li, dt, dd, .name, .value, figcaption')) {
    const own = getComputedStyle(text).color
    if (contrast(own, card) < 4.5) faint.push(text.textContent)
  }
  for (const text of document.querySelectorAll('svg text')) {
    const rect = text.parentNode.querySelector('rect')
    const style = rect && getComputedStyle(rect)
    const behind = style ? style.fill : card
    if (contrast(getComputedStyle(text).fill, behind) < 4.5) faint.push(text.textContent)
  }
  return { wider, overlapping, faint }
})()`
