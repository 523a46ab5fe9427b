/** What a developer has measured changes no test, and no test replaces it: each looks for calibrations in its own place. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-calibration-'))
let tests = 0

function empty(): void {
  process.env['CHAINRULE_CALIBRATION'] = join(folder, `${tests++}.json`)
}

empty()
beforeEach(empty)
afterAll(() => rmSync(folder, { recursive: true, force: true }))
