// What is shown, and what a click changes.

const comparison = JSON.parse(document.getElementById('data').textContent)
const { rows, winner, machine } = comparison
const isMeasured = rows.some(row => row.measured)
const least = Math.min(...rows.map(row => row.cost))
let chosen = winner

const COLUMNS = [
  ['sweeps', row => si(Number(row.sweeps))],
  ['multiply-adds', row => si(row.cost)],
  ['of f', row => (row.evaluations === null ? '–' : ratio(row.evaluations))],
  ['× best', row => ratio(row.cost / Math.max(least, 1))],
  ['predicted', row => seconds(row.predicted)],
  ...(isMeasured
    ? [
        ['measured', row => (row.measured ? seconds(row.measured.median) : '–')],
        ['least', row => (row.measured ? seconds(row.measured.min) : '–')],
        ['slower', row => slower(row)],
        ['differs', row => differs(row)],
      ]
    : []),
  ['memory', row => bytes(row.peakMemory)],
  ['path allows', row => `${ratio(row.speedUp)}×`],
]

function slower(row) {
  if (!row.measured) return '–'
  if (rows[winner] === row) return 'fastest'
  return row.measured.slower ? `${ratio(row.measured.slower)}×` : 'same'
}

function differs({ measured }) {
  if (!measured) return '–'
  return measured.reference ? 'reference' : Number(measured.difference).toExponential(0)
}

function choose(at) {
  chosen = at
  show()
}

function show() {
  showTable()
  showChosen()
  const bars = barsOf(rows, winner, chosen, choose)
  document.querySelector('.bars').replaceChildren(...bars)
  const plot = options => scatterOf({ rows, winner, chosen, choose, ...options })
  const time = isMeasured
    ? { value: row => row.measured?.median ?? 0, label: 'Measured time' }
    : { value: row => row.predicted, label: 'Predicted time' }
  const plots = [
    plot({ ...time, format: seconds }),
    plot({ value: row => row.peakMemory, format: bytes, label: 'Memory at its peak' }),
  ]
  document.querySelector('.plots').replaceChildren(...plots.filter(plot => plot !== undefined))
}

function showTable() {
  const body = rows.map((row, at) =>
    element(
      'tr',
      { 'aria-selected': String(at === chosen), 'data-row': at, click: () => choose(at) },
      element(
        'td',
        { class: at === winner ? 'wins' : undefined },
        element('button', { type: 'button' }, title(row)),
      ),
      ...COLUMNS.map(([, text]) => element('td', {}, text(row))),
    ),
  )
  const table = document.querySelector('#orders table')
  if (table.tBodies.length === 0) {
    const names = ['order', ...COLUMNS.map(([name]) => name)]
    const header = element('tr', {}, ...names.map(name => element('th', { scope: 'col' }, name)))
    table.append(element('thead', {}, header), element('tbody'))
    table.tBodies[0].append(...body)
    return
  }
  // Rows stay where they are, so that the focus does.
  for (const row of table.tBodies[0].rows) {
    row.setAttribute('aria-selected', String(Number(row.dataset.row) === chosen))
  }
}

function showChosen() {
  const row = rows[chosen]
  const section = document.getElementById('chosen')
  section.querySelector('h2').textContent = title(row)
  section.querySelector('.tree').replaceChildren(treeOf(comparison, row))
  const steps = row.steps.map((words, i) =>
    element('li', {}, `${words}: `, element('b', {}, si(row.costs[i])), ' multiply-adds'),
  )
  section.querySelector('.steps').replaceChildren(...steps)
}

function showMachine() {
  const facts = [
    ['processor', machine.processor],
    ['cores', machine.cores],
    ['instructions', machine.instructions],
    ['threads', machine.threads],
    ['times predicted for', machine.model === 'assumed' ? 'an assumed machine' : machine.model],
  ]
  const list = facts.flatMap(([name, value]) => [
    element('dt', {}, name),
    element('dd', {}, String(value)),
  ])
  document.querySelector('#machine dl').replaceChildren(...list)
}

showMachine()
show()
