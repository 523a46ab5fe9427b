//! What every tape satisfies. Run between passes in debug builds, and at every door in all builds.
use crate::tape::Code;
use crate::{Input, Kind, NodeId, Segment, Shape, Tape, TapeError};

impl Tape {
    /// Checks every rule a tape keeps: names point back, shapes follow from arguments, inputs come first.
    ///
    /// # Errors
    /// `INVALID_TAPE`, naming the first node that breaks a rule.
    pub fn verify(&self) -> Result<(), TapeError> {
        let mut place = 0;
        for segment in &self.segments {
            if segment.base as usize != place || segment.shared > segment.base {
                return Err(broken(
                    place,
                    "start where the one before ends",
                    "its segment does not",
                ));
            }
            self.verify_segment(segment)?;
            place = segment.end();
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
