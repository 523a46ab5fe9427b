// The problems by name, as in the work list.
import { bundleAdjustment } from './bundle-adjustment.mjs'
import { chainJacobian } from './chain-jacobian.mjs'
import { gaussianMixture } from './gaussian-mixture.mjs'
import { scalarTape } from './scalar-tape.mjs'
import { spherical } from './spherical.mjs'

export const problems = {
  P1: bundleAdjustment,
  P2: gaussianMixture,
  P4: chainJacobian,
  P5: spherical,
  P6: scalarTape,
}
