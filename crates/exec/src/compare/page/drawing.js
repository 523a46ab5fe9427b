'use strict'
// Elements, and numbers as people read them.

function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children)
}

function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children)
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value)
    else if (value !== undefined) node.setAttribute(name, value)
  }
  node.append(...children.filter(child => child !== undefined))
  return node
}

const digits = number => (number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2)

/** A count with a prefix: 34.6 G. */
function si(count) {
  const prefixes = ['', ' k', ' M', ' G', ' T', ' P', ' E']
  let [scaled, at] = [count, 0]
  while (scaled >= 999.5 && at + 1 < prefixes.length) [scaled, at] = [scaled / 1000, at + 1]
  return at === 0 ? String(count) : scaled.toFixed(digits(scaled)) + prefixes[at]
}

function bytes(count) {
  const text = si(count)
  return text.includes(' ') ? `${text}B` : `${text} B`
}

function seconds(time) {
  const units = [[1, 's'], [1e-3, 'ms'], [1e-6, 'us']]
  const [scale, unit] = units.find(([scale]) => time >= 0.9995 * scale) ?? [1e-9, 'ns']
  return `${(time / scale).toFixed(digits(time / scale))} ${unit}`
}

const ratio = times => (times >= 1e6 ? times.toExponential(1) : times.toFixed(digits(times)))

/** What an order is called: its names besides the bracketing. */
function title(row) {
  const names = row.names.filter(name => name !== row.bracketing && !/^[[\d]/.test(name))
  return names.length > 0 ? names.join(', ') : row.bracketing
}

const isNamed = row => title(row) !== row.bracketing
