// The bracketing of an order: links at the bottom, each pair above what it joins.

const BOX = { width: 92, height: 38, across: 104, up: 62 }

/** The tree of a row, as a picture. */
function treeOf({ links }, row) {
  const nodes = []
  const root = placed(JSON.parse(row.bracketing), links, row, nodes)
  const height = (root.level + 1) * BOX.up
  const width = links.length * BOX.across
  const y = level => height - BOX.up * level - BOX.height / 2 - 8
  const edges = nodes.flatMap(node => node.children.map(child => [child, node]))
  const drawn = edges.map(([child, node]) => {
    const side = child.x < node.x ? -1 : 1
    const path = `M${child.x} ${y(child.level) - BOX.height / 2}V${y(node.level)}H${node.x + (side * BOX.width) / 2}`
    return svg('path', { class: 'edge', d: path })
  })
  const boxes = nodes.map(node => box(node, y(node.level)))
  const label = `The bracketing ${row.bracketing}`
  return svg(
    'svg',
    { role: 'img', 'aria-label': label, width, height, viewBox: `0 0 ${width} ${height}` },
    ...drawn,
    ...boxes,
  )
}

/** Adds the nodes of a bracketing to `nodes`, children first, and gives its root. */
function placed(tree, links, row, nodes) {
  const children = Array.isArray(tree) ? tree.map(part => placed(part, links, row, nodes)) : []
  const [earlier, later] = children
  const from = earlier?.from ?? tree
  const to = later?.to ?? tree + 1
  const node = {
    from,
    to,
    children,
    level: children.length === 0 ? 0 : 1 + Math.max(earlier.level, later.level),
    x: children.length === 0 ? (tree + 0.5) * BOX.across : (earlier.x + later.x) / 2,
    size: `${links[to - 1].outputs} × ${links[from].inputs}`,
    ...made(row, from, to),
    name: children.length === 0 ? links[from].name : undefined,
    shared: children.length === 0 && links[from].shared,
  }
  nodes.push(node)
  return node
}

/** How a row makes the Jacobian of these links: by which step, at which cost. */
function made(row, from, to) {
  const steps = row.plan.steps.map((step, i) => ({ ...step, cost: row.costs[i] }))
  const makes = steps.filter(({ kind }) => kind !== 'evaluate' && kind !== 'reduce')
  const step = makes.find(step => step.from === from && step.to === to)
  if (step !== undefined) return { kind: step.mode ?? 'multiply', cost: step.cost }
  if (from + 1 === to) return { kind: 'given' }
  // A long sweep makes it on its way to something wider.
  const wider = makes.filter(step => step.mode && step.from <= from && step.to >= to)
  const sweep = wider.sort((a, b) => a.to - a.from - (b.to - b.from))[0]
  return { kind: sweep?.mode ?? 'given', onTheWay: true }
}

function box({ x, size, kind, cost, name, shared, onTheWay }, y) {
  const isOn = kind !== 'given' && !onTheWay
  const detail = cost !== undefined ? si(cost) : onTheWay ? 'on the way' : shared ? `${name} *` : name
  const text = (words, dy, soft) =>
    svg('text', { x, y: y + dy, 'text-anchor': 'middle', class: soft ? 'soft' : undefined }, words)
  const sentence = `${size}${name ? `, ${name}` : ''}${shared ? ', the same for all points' : ''}${cost === undefined ? '' : `, ${cost} multiply-adds`}`
  return svg(
    'g',
    { class: isOn ? 'on' : undefined },
    svg('title', {}, sentence),
    svg('rect', {
      class: onTheWay ? `${kind} on-the-way` : kind,
      x: x - BOX.width / 2,
      y: y - BOX.height / 2,
      width: BOX.width,
      height: BOX.height,
      rx: 7,
    }),
    text(size, -3),
    text(detail, 12, !isOn),
  )
}
