//! Strided copies of boxes.
use chainrule_tape::{Axis, Selection, Source};

/// Copies every box of a selection; what no box covers becomes the fill.
pub(crate) fn select(selection: &Selection, reads: &[&[f64]], y: &mut [f64]) {
    let covered = |axes: &[Axis]| axes.iter().map(|axis| axis.extent).product::<usize>();
    let copied: usize = selection.boxes.iter().map(|b| covered(&b.axes)).sum();
    if copied < y.len() {
        y.fill(selection.fill);
    }
    for placement in &selection.boxes {
        copy(
            &placement.axes,
            reads[placement.arg],
            placement.from as isize,
            y,
            placement.to as isize,
        );
    }
}

fn copy(axes: &[Axis], x: &[f64], from: isize, y: &mut [f64], to: isize) {
    let Some((axis, inner)) = axes.split_first() else {
        y[to as usize] = x[from as usize];
        return;
    };
    if let (Axis { extent, to: 1, from: Source::Stride(stride @ (0 | 1)) }, []) = (axis, inner) {
        let y = &mut y[to as usize..][..*extent];
        if *extent > 0 {
            match stride {
                0 => y.fill(x[from as usize]),
                _ => y.copy_from_slice(&x[from as usize..][..*extent]),
            }
        }
        return;
    }
    if let (Source::Stride(stride), []) = (&axis.from, inner) {
        for step in 0..axis.extent as isize {
            y[(to + step * axis.to) as usize] = x[(from + step * stride) as usize];
        }
        return;
    }
    for step in 0..axis.extent {
        let place = match &axis.from {
            Source::Stride(stride) => from + step as isize * stride,
            Source::Table(offsets) => from + offsets[step] as isize,
        };
        copy(inner, x, place, y, to + step as isize * axis.to);
    }
}
