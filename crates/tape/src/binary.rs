//! Tapes as bytes: a header with version, length and checksum, then the tables in postcard's encoding.
//!
//! | bytes | what |
//! |---|---|
//! | 0..4 | `CHRT` |
//! | 4..6 | the version, little-endian |
//! | 6..14 | the length of what follows the header |
//! | 14..18 | its CRC-32 |
use crate::segment::Segment;
use crate::shape::Shapes;
use crate::tape::{Code, Node, Output};
use crate::{Constant, Input, Shape, Structural, Tape, TapeError};
use serde::{Deserialize, Serialize};

const MAGIC: &[u8; 4] = b"CHRT";
const VERSION: u16 = 1;
const HEADER: usize = 18;

/// What the bytes behind the header hold.
#[derive(Serialize, Deserialize)]
struct Document {
    inputs: Vec<Input>,
    segments: Vec<Tables>,
    outputs: Vec<Output>,
}

/// A segment: each shape once, in order of its number; structural ops and their arguments in order of their nodes.
#[derive(Serialize, Deserialize)]
struct Tables {
    nodes: Vec<Node>,
    shapes: Vec<Shape>,
    constants: Vec<Constant>,
    structurals: Vec<Structural>,
    lists: Vec<u32>,
    shared: u32,
    base: u32,
}

impl Tape {
    /// The tape as bytes, which [`Tape::deserialize`] reads back.
    ///
    /// # Errors
    /// `INVALID_BYTES` if the tape cannot be encoded, which no tape that exists causes.
    pub fn serialize(&self) -> Result<Vec<u8>, TapeError> {
        let document = Document {
            inputs: self.inputs.clone(),
            segments: self.segments.iter().map(Tables::of).collect(),
            outputs: self.outputs.clone(),
        };
        let payload = postcard::to_stdvec(&document)
            .map_err(|error| broken("be those of a tape that can be encoded", error.to_string()))?;
        let mut bytes = Vec::with_capacity(HEADER + payload.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&(payload.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&crc32fast::hash(&payload).to_le_bytes());
        bytes.extend_from_slice(&payload);
        Ok(bytes)
    }

    /// The tape that the bytes say. Time and memory stay below fixed multiples of their number, whatever they claim.
    ///
    /// # Errors
    /// `INVALID_BYTES` for bytes that are corrupt, cut short, too many, or of another version; `INVALID_TAPE` for nodes
    /// that break a rule every tape keeps.
    pub fn deserialize(bytes: &[u8]) -> Result<Tape, TapeError> {
        let payload = checked_payload(bytes)?;
        let (document, rest): (Document, &[u8]) =
            postcard::take_from_bytes(payload).map_err(|error| {
                broken("hold a tape behind the header", format!("reading it failed: {error}"))
            })?;
        if !rest.is_empty() {
            return Err(broken("end with the tape", format!("{} more follow", rest.len())));
        }
        let segments =
            document.segments.into_iter().map(Tables::segment).collect::<Result<_, _>>()?;
        let tape = Tape { inputs: document.inputs, segments, outputs: document.outputs };
        tape.verify()?;
        Ok(tape)
    }
}

/// What stands behind the header, if that is right.
fn checked_payload(bytes: &[u8]) -> Result<&[u8], TapeError> {
    let Some((header, payload)) = bytes.split_at_checked(HEADER) else {
        let came = format!("there are {}", bytes.len());
        return Err(broken("begin with a header of 18 bytes", came));
    };
    if &header[..4] != MAGIC {
        return Err(broken("begin with CHRT", format!("begin with {:?}", &header[..4])));
    }
    let version = u16::from_le_bytes([header[4], header[5]]);
    if version != VERSION {
        return Err(broken(
            &format!("be of version {VERSION}"),
            format!("are of version {version}"),
        ));
    }
    let mut length = [0; 8];
    length.copy_from_slice(&header[6..14]);
    let length = u64::from_le_bytes(length);
    if length != payload.len() as u64 {
        return Err(broken(
            &format!("be {length} behind the header"),
            format!("are {}", payload.len()),
        ));
    }
    let mut checksum = [0; 4];
    checksum.copy_from_slice(&header[14..18]);
    let (wanted, came) = (u32::from_le_bytes(checksum), crc32fast::hash(payload));
    if wanted != came {
        return Err(broken(&format!("have checksum {wanted:08x}"), format!("have {came:08x}")));
    }
    Ok(payload)
}

impl Tables {
    fn of(segment: &Segment) -> Tables {
        let mut nodes = segment.nodes.clone();
        let mut structurals = Vec::new();
        for node in nodes.iter_mut().filter(|node| node.code == Code::STRUCTURAL) {
            let rule = &segment.structurals[node.words[0] as usize];
            node.words[0] = structurals.len() as u32;
            structurals.push(rule.clone());
        }
        Tables {
            nodes,
            shapes: segment.shapes.all().to_vec(),
            constants: segment.constants.clone(),
            structurals,
            lists: segment.lists.clone(),
            shared: segment.shared,
            base: segment.base,
        }
    }

    fn segment(self) -> Result<Segment, TapeError> {
        let mut shapes = Shapes::default();
        for (i, shape) in self.shapes.iter().enumerate() {
            if shapes.intern(shape.clone()).index() != i {
                return Err(broken(
                    "hold each shape once, the scalar first",
                    format!("shape {i} is {shape}"),
                ));
            }
        }
        // Ops or lists that nodes shared would let few bytes ask for endless work.
        let mut end = 0;
        let structural = self.nodes.iter().filter(|node| node.code == Code::STRUCTURAL);
        for (i, node) in structural.enumerate() {
            let [op, first, count] = node.words;
            if op as usize != i || first as usize != end {
                return Err(broken(
                    "hold structural ops and their arguments in the order of the nodes",
                    format!("node {i} of these names op {op} and arguments from {first} on"),
                ));
            }
            end += count as usize;
        }
        let Tables { nodes, constants, structurals, lists, shared, base, .. } = self;
        Ok(Segment { nodes, shapes, constants, structurals, lists, shared, base })
    }
}

fn broken(wanted: &str, came: impl Into<String>) -> TapeError {
    TapeError::InvalidBytes { wanted: wanted.into(), came: came.into() }
}
