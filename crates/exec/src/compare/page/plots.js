// Bars and scatter plots, drawn by hand: a few dozen marks need no library.

/** A bar for each order that has a name, then the cheapest bracketings. */
function barsOf(rows, winner, chosen, choose) {
  const order = (a, b) => rows[b].cost - rows[a].cost
  const all = rows.map((_, at) => at)
  const named = all.filter(at => isNamed(rows[at]))
  const others = all.filter(at => !isNamed(rows[at])).slice(0, Math.max(4, 14 - named.length))
  const shown = [...new Set([...named, ...others, chosen])].sort(order)
  const most = Math.max(...shown.map(at => rows[at].cost), 1)
  const least = Math.min(...rows.map(row => row.cost))
  return shown.flatMap(at => {
    const { cost } = rows[at]
    const kind = at === winner ? 'wins' : isNamed(rows[at]) ? '' : 'bracketing'
    const click = () => choose(at)
    return [
      element('div', { class: at === chosen ? 'name chosen' : 'name', click }, title(rows[at])),
      element(
        'div',
        { class: 'track', click },
        element('div', { class: `bar ${kind}`, style: `width: ${(72 * cost) / most}%` }),
        element('span', { class: 'value' }, `${si(cost)} · ${ratio(cost / Math.max(least, 1))}×`),
      ),
    ]
  })
}

const FRAME = { width: 560, height: 360, left: 74, right: 18, top: 12, bottom: 50 }

/** Multiply-adds against something else, both by logarithms; a click chooses the order. */
function scatterOf({ rows, winner, chosen, choose, value, format, label }) {
  const marks = rows.flatMap((row, at) => {
    const y = value(row)
    return row.cost > 0 && y > 0 ? [{ at, row, x: row.cost, y }] : []
  })
  if (marks.length === 0) return undefined
  const across = scale(marks.map(mark => mark.x), FRAME.left, FRAME.width - FRAME.right)
  const up = scale(marks.map(mark => mark.y), FRAME.height - FRAME.bottom, FRAME.top)
  const { width, height, left, right, top, bottom } = FRAME
  const vertical = across.ticks.flatMap(tick => [
    svg('line', { class: 'grid', x1: across(tick), x2: across(tick), y1: top, y2: height - bottom }),
    svg('text', { class: 'soft', x: across(tick), y: height - bottom + 18, 'text-anchor': 'middle' }, si(tick)),
  ])
  const horizontal = up.ticks.flatMap(tick => [
    svg('line', { class: 'grid', x1: left, x2: width - right, y1: up(tick), y2: up(tick) }),
    svg('text', { class: 'soft', x: left - 8, y: up(tick) + 4, 'text-anchor': 'end' }, format(tick)),
  ])
  // What is chosen, wins or has a name lies above the rest.
  const weight = ({ at, row }) => (at === chosen ? 4 : 0) + (at === winner ? 2 : 0) + isNamed(row)
  const circles = marks
    .sort((a, b) => weight(a) - weight(b))
    .map(({ at, row, x, y }) => {
      const names = [at === winner ? 'wins' : isNamed(row) ? 'named' : '', at === chosen ? 'chosen' : '']
      const words = `${title(row)}: ${si(row.cost)} multiply-adds, ${format(y)}`
      return svg(
        'circle',
        { class: names.join(' '), cx: across(x), cy: up(y), r: at === chosen ? 8 : 6, click: () => choose(at) },
        svg('title', {}, words),
      )
    })
  return element(
    'figure',
    {},
    element('figcaption', {}, `${label} against multiply-adds`),
    svg(
      'svg',
      { role: 'img', 'aria-label': `${label} against multiply-adds`, viewBox: `0 0 ${width} ${height}` },
      ...vertical,
      ...horizontal,
      svg('line', { class: 'axis', x1: left, x2: width - right, y1: height - bottom, y2: height - bottom }),
      svg('line', { class: 'axis', x1: left, x2: left, y1: top, y2: height - bottom }),
      svg('text', { x: (left + width - right) / 2, y: height - 8, 'text-anchor': 'middle' }, 'multiply-adds'),
      ...circles,
    ),
  )
}

/** A logarithmic scale over some values, with some room around them, and its ticks. */
function scale(values, from, to) {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const room = Math.max((most / least) ** 0.08, 1.15)
  const [low, high] = [Math.log(least / room), Math.log(most * room)]
  const at = value => from + ((to - from) * (Math.log(value) - low)) / (high - low)
  return Object.assign(at, { ticks: ticks(Math.exp(low), Math.exp(high)) })
}

/** Powers of ten and halves and fifths of them, as many as can be read. */
function ticks(low, high) {
  const decades = []
  for (let k = Math.floor(Math.log10(low)); k <= Math.log10(high); k++) decades.push(k)
  const all = steps => decades.flatMap(k => steps.map(step => step * 10 ** k))
  const inside = steps => all(steps).filter(tick => tick >= low && tick <= high)
  const fine = [[1, 1.5, 2, 3, 4, 5, 6, 8], [1, 2, 5], [1]]
  const found = fine.map(inside).find(list => list.length <= 6) ?? inside([1])
  const every = Math.ceil(found.length / 6)
  return found.filter((_, i) => i % every === 0)
}
