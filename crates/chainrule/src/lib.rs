//! Automatic differentiation by the cheapest order of multiplying Jacobians.
