//! What the products of all spans look like, where some link is not dense.
use crate::PlanError;
use crate::form::{Form, Kind, Profile};
use crate::link::Link;

/// What the product of a span looks like.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) stored: u128,
    pub(super) tangents: u32,
    pub(super) adjoints: u32,
    pub(super) profile: Profile,
    pub(super) is_full: bool,
    pub(super) is_identity: bool,
}

/// The shapes of all spans, from each start growing by one link at a time.
pub(super) fn shapes(links: &[Link]) -> Result<Option<Vec<Shape>>, PlanError> {
    if links.iter().all(|link| link.form.kind == Kind::Dense) {
        return Ok(None);
    }
    let colored = links.iter().any(|link| link.sweepable);
    let mut shapes = Vec::with_capacity(links.len() * (links.len() + 1) / 2);
    for from in 0..links.len() {
        let mut form = links[from].form.clone();
        shapes.push(Shape::of(&form, colored));
        for link in &links[from + 1..] {
            form = link.form.after(&form)?;
            shapes.push(Shape::of(&form, colored));
        }
    }
    Ok(Some(shapes))
}

impl Shape {
    fn of(form: &Form, colored: bool) -> Shape {
        Shape {
            stored: form.stored(),
            tangents: if colored { form.tangents() } else { form.columns },
            adjoints: if colored { form.adjoints() } else { form.rows },
            profile: form.profile(),
            is_full: form.kind == Kind::Dense,
            is_identity: form.kind == Kind::Identity,
        }
    }
}
