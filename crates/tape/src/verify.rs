//! What every tape satisfies. Run between passes in debug builds, and at every door in all builds.
use crate::tape::Code;
use crate::{Input, Kind, NodeId, Segment, Shape, Tape, TapeError};

impl Tape {
    /// Checks every rule a tape keeps: names point back, shapes follow from arguments, inputs come first.
    ///
    /// # Errors
    /// `INVALID_TAPE`, naming the first node that breaks a rule.
    pub fn verify(&self) -> Result<(), TapeError> {
        let place = self.verify_places()?;
        for segment in &self.segments {
            self.verify_segment(segment)?;
        }
        if place < self.inputs.len() {
            return Err(broken(
                place,
                "be an input",
                format!("there are {} inputs", self.inputs.len()),
            ));
        }
        for output in &self.outputs {
            if output.node as usize >= place {
                return Err(broken(
                    output.node as usize,
                    "exist, for it is an output",
                    format!("there are {place} nodes"),
                ));
            }
            if let Some(input) = output.adjoint_of {
                self.verify_adjoint(output.node(), input as usize)?;
            }
        }
        Ok(())
    }

    /// Segments follow each other; returns the place behind the last. Until then no place can be looked up.
    fn verify_places(&self) -> Result<usize, TapeError> {
        let mut place = 0;
        for segment in &self.segments {
            if segment.base as usize != place || segment.shared > segment.base {
                let wanted = "start where the one before ends";
                return Err(broken(place, wanted, "its segment does not"));
            }
            place = segment.end();
        }
        Ok(place)
    }

    /// An adjoint has the shape of its input, for sums over points go to that input's rows.
    fn verify_adjoint(&self, id: NodeId, input: usize) -> Result<(), TapeError> {
        let wanted = "be the adjoint of an input";
        match self.inputs.get(input) {
            None => Err(broken(id.index(), wanted, format!("there is no input {input}"))),
            Some(Input { shape, .. }) if shape != self.shape(id) => {
                let came = format!("input {input} has shape {shape}, and it {}", self.shape(id));
                Err(broken(id.index(), wanted, came))
            }
            Some(_) => Ok(()),
        }
    }

    fn verify_segment(&self, segment: &Segment) -> Result<(), TapeError> {
        for (i, node) in segment.nodes.iter().enumerate() {
            let place = segment.base as usize + i;
            if node.dtype != 0 {
                return Err(broken(place, "have type f64 (0)", format!("has type {}", node.dtype)));
            }
            if node.shape.index() >= segment.shapes.all().len() {
                return Err(broken(place, "have a shape of its segment's table", "names none"));
            }
            segment.verify_words(place, node.code, node.words)?;
            self.verify_node(NodeId(place as u32), segment)?;
        }
        Ok(())
    }

    /// Rules about what a node is, once its words are known to name things that exist.
    fn verify_node(&self, id: NodeId, segment: &Segment) -> Result<(), TapeError> {
        let place = id.index();
        let kind = segment.kind(id);
        let own = segment.shape(id);
        if matches!(kind, Kind::Input(_)) != (place < self.inputs.len()) {
            return Err(broken(
                place,
                "be an input just if it is one of the first nodes",
                format!("there are {} inputs", self.inputs.len()),
            ));
        }
        match kind {
            Kind::Input(i) if i != place || own != &self.inputs[i].shape => Err(broken(
                place,
                "be the input of its own number and shape",
                format!("is input {i} of shape {own}"),
            )),
            Kind::Constant(crate::Constant::Array(data)) if data.len() != own.elements() => {
                Err(broken(
                    place,
                    format!("have {} numbers", own.elements()),
                    format!("has {}", data.len()),
                ))
            }
            Kind::Elementwise(op, _, args) => {
                match args.iter().find(|&&arg| self.shape(arg) != own) {
                    Some(&arg) => {
                        let came =
                            format!("`{}` reads {arg} of shape {}", op.name(), self.shape(arg));
                        Err(broken(place, format!("have arguments of its own shape {own}"), came))
                    }
                    None => Ok(()),
                }
            }
            Kind::Structural(rule, args) => {
                let shapes: Vec<&Shape> = args.iter().map(|&arg| self.shape(arg)).collect();
                let shape = rule
                    .shape(&shapes)
                    .map_err(|error| broken(place, "fit its arguments", error.to_string()))?;
                if &shape == own {
                    return Ok(());
                }
                Err(broken(place, format!("have shape {shape}"), format!("has shape {own}")))
            }
            Kind::Input(_) | Kind::Constant(_) => Ok(()),
        }
    }
}

impl Segment {
    /// Rules about the numbers of a node: each names something that exists, and arguments come earlier.
    fn verify_words(&self, place: usize, code: Code, [a, b, c]: [u32; 3]) -> Result<(), TapeError> {
        let earlier = |names: &[u32]| {
            // Between the shared part and the own one lie other segments' nodes, which have no name here.
            let own = |name: u32| match name.checked_sub(self.shared) {
                None => true,
                Some(own) => (own as usize) < place - self.base as usize,
            };
            match names.iter().find(|&&name| !own(name)) {
                None => Ok(()),
                Some(name) => Err(broken(place, "read earlier nodes", format!("it reads {name}"))),
            }
        };
        let within = |index: u32, count: usize, what: &str| {
            if (index as usize) < count {
                return Ok(());
            }
            Err(broken(place, format!("name one of {count} {what}"), format!("names {index}")))
        };
        match code {
            Code::INPUT => Ok(()),
            Code::CONSTANT => within(a, self.constants.len(), "constants"),
            Code::STRUCTURAL => {
                within(a, self.structurals.len(), "structural ops")?;
                let list = self.lists.get(b as usize..).and_then(|list| list.get(..c as usize));
                let list = list.ok_or_else(|| {
                    broken(place, "have its arguments in the list", format!("names {c} from {b}"))
                })?;
                earlier(list)
            }
            code => match code.op() {
                None => Err(broken(place, "have a known code", format!("has {}", code.0))),
                Some(op) => earlier(&[a, b, c][..op.arity()]),
            },
        }
    }
}

fn broken(place: usize, wanted: impl Into<String>, came: impl Into<String>) -> TapeError {
    TapeError::InvalidTape { node: place as u32, wanted: wanted.into(), came: came.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::Output;
    use crate::{Constant, Op, Recorded, Recorder, Scalar, ShapeId, Structural, Var, join, record};

    /// `x y + sum(sin(v))` and a constant: places 0 to 7, each kind of node, arrays and scalars.
    fn example() -> Tape {
        let vector = Shape::new(&[2]).unwrap();
        let inputs = vec![Input::scalar("x"), Input::scalar("y"), Input::new("v", vector.clone())];
        Recorder::record(Segment::default(), inputs, |recorder, v| {
            let constant = recorder.constant(&[1.0, 2.0], &vector);
            vec![v[0] * v[1] + v[2].sin().sum(&[0]), constant]
        })
        .unwrap()
    }

    /// What the verifier says of the example after a change.
    fn said(change: impl FnOnce(&mut Tape)) -> String {
        let mut tape = example();
        assert_eq!(tape.verify(), Ok(()));
        change(&mut tape);
        tape.verify().unwrap_err().to_string()
    }

    /// The nodes of the example, with their place: 3 constant, 4 mul, 5 sin, 6 sum, 7 add.
    fn node(tape: &mut Tape, place: usize) -> &mut crate::tape::Node {
        &mut tape.segments[0].nodes[place]
    }

    fn assert_says(change: impl FnOnce(&mut Tape), place: usize, wanted: &str) {
        let said = said(change);
        let start = format!("node %{place} must ");
        assert!(said.starts_with(&start) && said.contains(wanted), "{said} is not {wanted:?}");
    }

    #[test]
    fn names_what_is_wrong_with_a_node() {
        assert_says(|t| node(t, 4).dtype = 1, 4, "have type f64");
        assert_says(|t| node(t, 4).shape = ShapeId(2), 4, "have a shape of its segment's table");
        assert_says(|t| node(t, 4).code = Code(15), 4, "have a known code");
        assert_says(|t| node(t, 4).code = Code(16 + Op::ALL.len() as u8), 4, "have a known code");
        assert_says(|t| node(t, 4).words[1] = 4, 4, "read earlier nodes");
        assert_says(|t| node(t, 4).words[0] = u32::MAX, 4, "read earlier nodes");
        assert_says(|t| node(t, 4).words[1] = 2, 4, "have arguments of its own shape []");
        assert_says(|t| node(t, 5).shape = ShapeId(0), 5, "have arguments of its own shape []");
    }

    #[test]
    fn names_what_is_wrong_with_an_input() {
        assert_says(|t| node(t, 1).words[0] = 0, 1, "be the input of its own number and shape");
        assert_says(|t| node(t, 1).shape = ShapeId(1), 1, "be the input of its own number");
        assert_says(|t| node(t, 0).code = Code::CONSTANT, 0, "be an input just if");
        assert_says(|t| node(t, 3).code = Code::INPUT, 3, "be an input just if");
        assert_says(|t| t.inputs.truncate(2), 2, "be an input just if");
        assert_says(|t| t.inputs.push(Input::scalar("z")), 3, "be an input just if");
        assert_says(|t| t.segments.clear(), 0, "be an input");
    }

    #[test]
    fn names_what_is_wrong_with_a_constant() {
        assert_says(|t| node(t, 3).words[0] = 1, 3, "name one of 1 constants");
        assert_says(|t| node(t, 3).shape = ShapeId(0), 3, "have 1 numbers");
        let splat = |tape: &mut Tape| tape.segments[0].constants[0] = Constant::Splat(3.0);
        let mut tape = example();
        splat(&mut tape);
        assert_eq!(tape.verify(), Ok(()), "one number goes with every shape");
    }

    #[test]
    fn names_what_is_wrong_with_a_structural_node() {
        assert_says(|t| node(t, 6).words[0] = 1, 6, "name one of 1 structural ops");
        assert_says(|t| node(t, 6).words[1] = 1, 6, "have its arguments in the list");
        assert_says(|t| node(t, 6).words[2] = u32::MAX, 6, "have its arguments in the list");
        assert_says(|t| t.segments[0].lists[0] = 6, 6, "read earlier nodes");
        assert_says(|t| t.segments[0].lists[0] = 0, 6, "fit its arguments");
        assert_says(|t| node(t, 6).shape = ShapeId(1), 6, "have shape []");
        let axis = |axes: Vec<u32>| Structural::from(crate::structural::Sum { axes });
        assert_says(|t| t.segments[0].structurals[0] = axis(vec![1]), 6, "below the rank 1");
        assert_says(|t| t.segments[0].structurals[0] = axis(vec![]), 6, "have shape [2]");
    }

    #[test]
    fn names_what_is_wrong_with_an_output() {
        let output = |node, adjoint_of| Output { path: String::new(), node, adjoint_of };
        assert_says(|t| t.outputs.push(output(8, None)), 8, "exist, for it is an output");
        assert_says(|t| t.outputs.push(output(7, Some(3))), 7, "be the adjoint of an input");
        assert_says(|t| t.outputs.push(output(7, Some(2))), 7, "be the adjoint of an input");
        let mut tape = example();
        tape.outputs.push(output(5, Some(2)));
        assert_eq!(tape.verify(), Ok(()));
    }

    #[test]
    fn a_segment_reads_the_shared_part_and_itself() {
        let inputs = || vec![Input::scalar("x")];
        let part = || Segment::default().record(&inputs(), |_, v| vec![v[0].sin().cos()]).unwrap();
        type Combine = for<'r> fn(&'r Recorder, &[Vec<Var<'r>>], &[Var<'r>]) -> Vec<Var<'r>>;
        let combine: Combine = |_, parts, _| vec![parts[0][0] * parts[1][0]];
        let joined = || {
            let recorded: Vec<Recorded> = vec![part(), part()];
            join(inputs(), recorded, Some(combine)).unwrap()
        };
        assert_eq!(joined().verify(), Ok(()));
        let said = |change: fn(&mut Segment)| {
            let mut tape = joined();
            change(&mut tape.segments[2]);
            tape.verify().unwrap_err().to_string()
        };
        // Its own nodes are %3 and %4, named 1 and 2.
        assert!(said(|segment| segment.nodes[1].words[0] = 2).starts_with("node %4 must read"));
        assert!(said(|segment| segment.base = 2).starts_with("node %3 must start where"));
        assert!(said(|segment| segment.shared = 4).starts_with("node %3 must start where"));
        assert!(said(|segment| segment.nodes.truncate(1)).contains("start where"));
    }

    #[test]
    fn a_segment_out_of_place_is_met_before_anything_is_looked_up() {
        let mut tape = example();
        let astray = Segment { base: 0, ..Segment::default() };
        tape.segments.extend([astray.clone(), Segment { base: 5, ..astray }]);
        let said = tape.verify().unwrap_err().to_string();
        assert!(said.starts_with("node %8 must start where"), "{said}");
    }

    #[test]
    fn a_tape_of_nothing_keeps_the_rules() {
        assert_eq!(record(Vec::new(), |_| Vec::new()).unwrap().verify(), Ok(()));
    }
}
