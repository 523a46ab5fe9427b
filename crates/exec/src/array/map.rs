//! Straight-line code for every element of a box: the elements run as lanes.
use crate::straight::{Block, Code};

/// A box of elements, its axes joined where every read allows it.
#[derive(Debug)]
pub(crate) struct Box {
    extents: Vec<usize>,
    /// For each read its stride along each axis.
    strides: Vec<Vec<isize>>,
}

/// What a map reads: an array, and the place of the first element in it.
#[derive(Copy, Clone)]
pub(crate) struct MapRead<'a> {
    pub(crate) data: &'a [f64],
    pub(crate) first: usize,
}

impl Box {
    /// A box with one list of strides for each read; axes that are one step apart for all reads become one.
    pub(crate) fn new(extents: &[usize], strides: Vec<Vec<isize>>) -> Box {
        let mut joined = Box { extents: Vec::new(), strides: vec![Vec::new(); strides.len()] };
        for (axis, &extent) in extents.iter().enumerate().filter(|(_, extent)| **extent != 1) {
            let joins = joined.extents.last().is_some()
                && joined.strides.iter().zip(&strides).all(|(outer, own)| {
                    outer.last().is_some_and(|outer| *outer == own[axis] * extent as isize)
                });
            if joins {
                joined.strides.iter_mut().zip(&strides).for_each(|(outer, own)| {
                    outer.iter_mut().last().into_iter().for_each(|outer| *outer = own[axis]);
                });
                joined.extents.iter_mut().last().into_iter().for_each(|outer| *outer *= extent);
            } else {
                joined.extents.push(extent);
                joined
                    .strides
                    .iter_mut()
                    .zip(&strides)
                    .for_each(|(outer, own)| outer.push(own[axis]));
            }
        }
        joined
    }

    /// How many elements it has.
    pub(crate) fn elements(&self) -> usize {
        self.extents.iter().product()
    }
}

/// Runs `code` on every element of `area`; `write(output, first, lanes)` takes each stretch of results.
pub(crate) fn map(
    code: &Code,
    block: &mut Block,
    area: &Box,
    reads: &[MapRead],
    mut write: impl FnMut(usize, usize, &[f64]),
) {
    let (elements, lanes) = (area.elements(), code.lanes());
    for start in (0..elements).step_by(lanes) {
        let count = lanes.min(elements - start);
        for (i, (read, strides)) in reads.iter().zip(&area.strides).enumerate() {
            let lanes = &mut block.inputs_mut()[i * lanes..][..lanes];
            fill(&area.extents, strides, *read, start, &mut lanes[..count]);
            let last = lanes[count - 1];
            lanes[count..].fill(last); // so that no slow path is hit by what no one reads
        }
        code.run(block);
        for (k, outputs) in block.outputs().chunks_exact(lanes).enumerate() {
            write(k, start, &outputs[..count]);
        }
    }
}

/// The elements from number `start` on, as many as there are lanes.
fn fill(extents: &[usize], strides: &[isize], read: MapRead, start: usize, lanes: &mut [f64]) {
    let (Some(&extent), Some(&stride)) = (extents.last(), strides.last()) else {
        lanes.fill(read.data[read.first]);
        return;
    };
    let (mut done, mut flat) = (0, start);
    while done < lanes.len() {
        let run = (extent - flat % extent).min(lanes.len() - done);
        let from = place(extents, strides, read.first, flat);
        let to = &mut lanes[done..done + run];
        match stride {
            0 => to.fill(read.data[from]),
            1 => to.copy_from_slice(&read.data[from..from + run]),
            _ => to.iter_mut().enumerate().for_each(|(i, lane)| {
                *lane = read.data[(from as isize + i as isize * stride) as usize];
            }),
        }
        (done, flat) = (done + run, flat + run);
    }
}

/// Where element number `flat` of the box lies.
fn place(extents: &[usize], strides: &[isize], first: usize, flat: usize) -> usize {
    let digit = |(rest, place): (usize, isize), (&extent, &stride): (&usize, &isize)| {
        (rest / extent, place + (rest % extent) as isize * stride)
    };
    let axes = extents.iter().zip(strides).rev();
    axes.fold((flat, first as isize), digit).1 as usize
}
