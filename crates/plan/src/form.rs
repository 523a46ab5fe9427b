//! The structure of a product of stages, and what multiplying two of them costs.
//!
//! A form depends on the span of stages alone, never on the order in which they were multiplied:
//! patterns form a boolean product, which is associative, and a product is the identity, a selection
//! or a multiple of the identity exactly when all its factors are. So interval programs stay exact.
use crate::{Pattern, PlanError, Structure, color_columns, structure::band_row};

/// The most places a pattern may hold before a problem is refused.
const MOST_PLACES: u64 = 1 << 26;

/// Structure and shape of the Jacobian of some consecutive stages.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Form {
    pub(crate) rows: u32,
    pub(crate) columns: u32,
    pub(crate) kind: Kind,
}

/// Where the entries are, and whether they are numbers that must be multiplied.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Dense,
    Identity,
    /// One number times the identity.
    Scalar,
    Diagonal,
    /// Ones at known places, at most one in a row: multiplying by it moves rows.
    Selection(Pattern),
    Pattern(Pattern),
}

impl Form {
    /// The form of one stage, which its structure fits.
    pub(crate) fn of(structure: &Structure, columns: u32, rows: u32) -> Result<Form, PlanError> {
        let kind = match structure {
            Structure::Dense | Structure::LowRank { .. } => Kind::Dense,
            Structure::Identity => Kind::Identity,
            Structure::Scalar => Kind::Scalar,
            Structure::Diagonal => Kind::Diagonal,
            Structure::Pattern { pattern } => {
                allow(rows, columns, pattern.entries())?;
                Kind::Pattern(Pattern::clone(pattern))
            }
            Structure::Selection { indices } => {
                allow(rows, columns, rows.into())?;
                Kind::Selection(pattern_of(columns, indices.iter().map(|&index| vec![index])))
            }
            Structure::Band { .. } | Structure::BlockDiagonal { .. } => {
                let places = structure.entries(columns, rows);
                if places == u64::from(rows) * u64::from(columns) {
                    Kind::Dense
                } else {
                    allow(rows, columns, places)?;
                    let row = |row: u32| row_of(structure, row, columns, rows).collect();
                    Kind::Pattern(pattern_of(columns, (0..rows).map(row)))
                }
            }
        };
        Ok(Form { rows, columns, kind }.canonical())
    }

    /// Equal products are equal forms: a full pattern is dense, and so is a diagonal of one entry.
    fn canonical(self) -> Form {
        let full = match &self.kind {
            Kind::Pattern(pattern) => {
                pattern.entries() == u64::from(self.rows) * u64::from(self.columns)
            }
            Kind::Diagonal => self.rows == 1,
            Kind::Dense | Kind::Identity | Kind::Scalar | Kind::Selection(_) => false,
        };
        if full { Form { kind: Kind::Dense, ..self } } else { self }
    }

    /// The form of the product `self * earlier`.
    ///
    /// # Errors
    /// `TOO_LARGE` when its pattern holds more than 2^26 places.
    pub(crate) fn after(&self, earlier: &Form) -> Result<Form, PlanError> {
        let (rows, columns) = (self.rows, earlier.columns);
        let kind = match (&self.kind, &earlier.kind) {
            (Kind::Identity, kind) | (kind, Kind::Identity) => kind.clone(),
            (Kind::Selection(later), Kind::Selection(earlier)) => {
                Kind::Selection(later.times(earlier))
            }
            (Kind::Scalar | Kind::Diagonal, Kind::Selection(pattern))
            | (Kind::Selection(pattern), Kind::Scalar | Kind::Diagonal) => {
                Kind::Pattern(pattern.clone())
            }
            (Kind::Scalar, kind) | (kind, Kind::Scalar) => kind.clone(),
            (Kind::Diagonal, kind) | (kind, Kind::Diagonal) => kind.clone(),
            (Kind::Dense, Kind::Dense) => Kind::Dense,
            (Kind::Dense, Kind::Pattern(earlier) | Kind::Selection(earlier)) => {
                let counts = earlier.column_counts();
                let reached: Vec<u32> =
                    (0..columns).filter(|&column| counts[column as usize] > 0).collect();
                if reached.len() == columns as usize {
                    Kind::Dense
                } else {
                    allow(rows, columns, u64::from(rows) * reached.len() as u64)?;
                    Kind::Pattern(pattern_of(columns, (0..rows).map(|_| reached.clone())))
                }
            }
            (Kind::Pattern(later) | Kind::Selection(later), Kind::Dense) => {
                let filled = later.iter().filter(|row| !row.is_empty()).count() as u64;
                if filled == u64::from(rows) {
                    Kind::Dense
                } else {
                    allow(rows, columns, filled * u64::from(columns))?;
                    let row = |row: &[u32]| (0..if row.is_empty() { 0 } else { columns }).collect();
                    Kind::Pattern(pattern_of(columns, later.iter().map(row)))
                }
            }
            (
                Kind::Pattern(later) | Kind::Selection(later),
                Kind::Pattern(earlier) | Kind::Selection(earlier),
            ) => {
                let product = later.times(earlier);
                allow(rows, columns, product.entries())?;
                Kind::Pattern(product)
            }
        };
        Ok(Form { rows, columns, kind }.canonical())
    }

    /// How many numbers are stored: what the product of known ones needs no room for.
    pub(crate) fn stored(&self) -> u128 {
        match &self.kind {
            Kind::Dense => u128::from(self.rows) * u128::from(self.columns),
            Kind::Identity | Kind::Selection(_) => 0,
            Kind::Scalar => 1,
            Kind::Diagonal => self.rows.into(),
            Kind::Pattern(pattern) => pattern.entries().into(),
        }
    }

    /// Whether it is known without any number: the identity or a selection.
    pub(crate) fn is_known(&self) -> bool {
        matches!(self.kind, Kind::Identity | Kind::Selection(_))
    }

    /// Tangents that show all its columns: columns that share no row are swept together.
    pub(crate) fn tangents(&self) -> u32 {
        match &self.kind {
            Kind::Dense => self.columns,
            Kind::Identity | Kind::Scalar | Kind::Diagonal => 1,
            Kind::Selection(pattern) | Kind::Pattern(pattern) => color_columns(pattern).count,
        }
    }

    /// Adjoints that show all its rows.
    pub(crate) fn adjoints(&self) -> u32 {
        match &self.kind {
            Kind::Dense => self.rows,
            Kind::Identity | Kind::Scalar | Kind::Diagonal | Kind::Selection(_) => 1,
            Kind::Pattern(pattern) => color_columns(&pattern.transpose()).count,
        }
    }

    /// What its places are as a factor of a product.
    pub(crate) fn profile(&self) -> Profile {
        let counts = |pattern: &Pattern| {
            (Counts::List(pattern.row_counts()), Counts::List(pattern.column_counts()))
        };
        let (in_rows, in_columns) = match &self.kind {
            Kind::Dense => (Counts::Each(self.columns), Counts::Each(self.rows)),
            Kind::Identity | Kind::Scalar | Kind::Diagonal => (Counts::Each(1), Counts::Each(1)),
            Kind::Selection(pattern) | Kind::Pattern(pattern) => counts(pattern),
        };
        let role = match &self.kind {
            Kind::Identity => Role::Identity,
            Kind::Scalar => Role::Scalar,
            Kind::Selection(pattern) => {
                Role::Selection { once: pattern.column_counts().iter().all(|&count| count <= 1) }
            }
            Kind::Dense | Kind::Diagonal | Kind::Pattern(_) => Role::Numbers,
        };
        let stored = self.stored();
        Profile { rows: self.rows, columns: self.columns, role, stored, in_rows, in_columns }
    }
}

/// What a product needs to know about a factor; without the places themselves.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    rows: u32,
    columns: u32,
    role: Role,
    stored: u128,
    in_rows: Counts,
    in_columns: Counts,
}

#[derive(Copy, Clone, Debug, PartialEq)]
enum Role {
    Identity,
    Scalar,
    /// `once` when no two rows select the same column.
    Selection {
        once: bool,
    },
    Numbers,
}

/// How many places each row, or each column, holds.
#[derive(Clone, Debug)]
enum Counts {
    Each(u32),
    List(Vec<u32>),
}

/// Multiply-adds of the product `later * earlier`: for each inner index, the places of the column
/// on the left times the places of the row on the right; nothing for moving rows or columns.
pub(crate) fn multiply_adds(later: &Profile, earlier: &Profile) -> u128 {
    match (later.role, earlier.role) {
        (Role::Identity | Role::Selection { .. }, _)
        | (_, Role::Identity | Role::Selection { once: true }) => 0,
        (Role::Scalar, Role::Scalar) => 1,
        (Role::Scalar, _) => earlier.stored,
        (_, Role::Scalar) => later.stored,
        _ => inner_products(later, earlier),
    }
}

fn inner_products(later: &Profile, earlier: &Profile) -> u128 {
    let inner = u128::from(later.columns);
    let places = |counts: &Counts, lines: u32| match counts {
        Counts::Each(count) => u128::from(*count) * u128::from(lines),
        Counts::List(counts) => counts.iter().map(|&count| u128::from(count)).sum(),
    };
    match (&later.in_columns, &earlier.in_rows) {
        (Counts::Each(left), Counts::Each(right)) => inner * u128::from(*left) * u128::from(*right),
        (Counts::Each(left), right) => u128::from(*left) * places(right, earlier.rows),
        (left, Counts::Each(right)) => u128::from(*right) * places(left, later.columns),
        (Counts::List(left), Counts::List(right)) => {
            left.iter().zip(right).map(|(&l, &r)| u128::from(l) * u128::from(r)).sum()
        }
    }
}

fn row_of(structure: &Structure, row: u32, columns: u32, rows: u32) -> std::ops::Range<u32> {
    match structure {
        Structure::Band { lower, upper } => band_row(row, columns, *lower, *upper),
        Structure::BlockDiagonal { blocks } => {
            let (block, width) = (row / (rows / blocks), columns / blocks);
            block * width..(block + 1) * width
        }
        _ => 0..columns,
    }
}

fn pattern_of(columns: u32, rows: impl Iterator<Item = Vec<u32>>) -> Pattern {
    let mut pattern = Pattern::empty(columns);
    rows.for_each(|row| pattern.push_row(row));
    pattern
}

/// Refuses patterns that would take too much memory: rows and columns are stored as well as places.
fn allow(rows: u32, columns: u32, places: u64) -> Result<(), PlanError> {
    let stored = places.saturating_add(rows.into()).saturating_add(columns.into());
    if stored <= MOST_PLACES {
        return Ok(());
    }
    let got = usize::try_from(stored).unwrap_or(usize::MAX);
    Err(PlanError::TooLarge { field: "places of a pattern", limit: MOST_PLACES as usize, got })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn form(structure: Structure) -> Form {
        Form::of(&structure, 4, 4).unwrap()
    }

    fn all() -> Vec<Form> {
        let rows = [vec![0, 1], vec![], vec![3], vec![1, 2]];
        let pattern = Arc::new(Pattern::new(4, &rows).unwrap());
        let structures = [
            Structure::Dense,
            Structure::Identity,
            Structure::Scalar,
            Structure::Diagonal,
            Structure::Band { lower: 1, upper: 0 },
            Structure::BlockDiagonal { blocks: 2 },
            Structure::Selection { indices: Arc::from([1, 1, 0, 3]) },
            Structure::Selection { indices: Arc::from([3, 2, 1, 0]) },
            Structure::Pattern { pattern },
        ];
        structures.into_iter().map(form).collect()
    }

    /// What the interval programs rest on.
    #[test]
    fn a_product_of_three_has_one_form_in_either_order() {
        for a in all() {
            for b in all() {
                for c in all() {
                    let left = c.after(&b).unwrap().after(&a).unwrap();
                    let right = c.after(&b.after(&a).unwrap()).unwrap();
                    assert_eq!(left, right, "{a:?}\n{b:?}\n{c:?}");
                }
            }
        }
    }

    #[test]
    fn known_factors_cost_nothing_and_take_no_room() {
        let [dense, permutation] =
            [Structure::Dense, Structure::Selection { indices: Arc::from([3, 2, 1, 0]) }].map(form);
        let gather = form(Structure::Selection { indices: Arc::from([1, 1, 0, 3]) });
        let cost =
            |later: &Form, earlier: &Form| multiply_adds(&later.profile(), &earlier.profile());
        assert_eq!((cost(&dense, &permutation), cost(&permutation, &dense)), (0, 0));
        assert_eq!(cost(&gather, &dense), 0);
        assert_eq!(cost(&dense, &gather), 16, "columns that meet are added");
        assert_eq!((permutation.stored(), form(Structure::Scalar).stored()), (0, 1));
        assert_eq!(cost(&form(Structure::Scalar), &form(Structure::Scalar)), 1);
        assert_eq!(cost(&form(Structure::Scalar), &dense), 16);
    }
}
