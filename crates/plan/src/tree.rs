//! A bracketing: nested pairs of link indices, `[earlier, later]`.
//!
//! Kept flat, children before parents, for chains of thousands of factors nest as deep.
use crate::{Mode, Plan, PlanError, Problem, Step, price};
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

/// A bracketing of the links 0 to `length - 1`; written `[[0, 1], [2, 3]]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tree {
    /// Leaves in their order, each pair right after its second child; the root is last.
    nodes: Vec<Node>,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    Leaf(usize),
    Pair(usize, usize),
}

/// One pair of a tree: it joins the links `from..at` and `at..to`.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) from: usize,
    pub(crate) at: usize,
    pub(crate) to: usize,
}

impl Tree {
    /// One link.
    pub fn leaf(link: usize) -> Tree {
        Tree { nodes: vec![Node::Leaf(link)] }
    }

    /// The pair of two bracketings.
    pub fn pair(mut earlier: Tree, later: &Tree) -> Tree {
        let shift = earlier.nodes.len();
        let moved = later.nodes.iter().map(|node| match *node {
            Node::Leaf(link) => Node::Leaf(link),
            Node::Pair(a, b) => Node::Pair(a + shift, b + shift),
        });
        earlier.nodes.extend(moved);
        let root = earlier.nodes.len() - 1;
        earlier.nodes.push(Node::Pair(shift - 1, root));
        earlier
    }

    /// How many links it names.
    pub fn length(&self) -> usize {
        self.nodes.iter().filter(|node| matches!(node, Node::Leaf(_))).count()
    }

    /// Its pairs, children before parents.
    ///
    /// # Errors
    /// `NOT_A_BRACKETING` unless its leaves are 0 to `length - 1` in order.
    pub(crate) fn pairs(&self, length: usize) -> Result<Vec<Pair>, PlanError> {
        let refuse = |got: String| Err(PlanError::NotABracketing { count: length, got });
        let mut spans: Vec<(usize, usize)> = Vec::with_capacity(self.nodes.len());
        let mut pairs = Vec::new();
        let mut next = 0;
        for node in &self.nodes {
            match *node {
                Node::Leaf(link) if link == next => {
                    next += 1;
                    spans.push((link, link + 1));
                }
                Node::Leaf(link) => return refuse(format!("has {link} where {next} should stand")),
                Node::Pair(earlier, later) => {
                    let ((from, at), (_, to)) = (spans[earlier], spans[later]);
                    spans.push((from, to));
                    pairs.push(Pair { from, at, to });
                }
            }
        }
        if next == length { Ok(pairs) } else { refuse(format!("names {next}")) }
    }

    /// A bracketing from its pairs, given by the joint at which each span is cut.
    pub(crate) fn cut(length: usize, at: impl Fn(usize, usize) -> usize) -> Tree {
        enum Work {
            Span(usize, usize),
            Join,
        }
        let mut nodes = Vec::new();
        let mut roots = Vec::new();
        let mut open = vec![Work::Span(0, length)];
        while let Some(work) = open.pop() {
            match work {
                Work::Span(from, to) if from + 1 == to => {
                    roots.push(nodes.len());
                    nodes.push(Node::Leaf(from));
                }
                Work::Span(from, to) => {
                    let joint = at(from, to);
                    open.extend([Work::Join, Work::Span(joint, to), Work::Span(from, joint)]);
                }
                Work::Join => {
                    if let (Some(later), Some(earlier)) = (roots.pop(), roots.pop()) {
                        roots.push(nodes.len());
                        nodes.push(Node::Pair(earlier, later));
                    }
                }
            }
        }
        Tree { nodes }
    }

    /// Links one after the other from the first: forward mode, or products from the left.
    pub fn from_first(length: usize) -> Tree {
        Tree::cut(length.max(1), |_, to| to - 1)
    }

    /// Links one after the other from the last: reverse mode, or products from the right.
    pub fn from_last(length: usize) -> Tree {
        Tree::cut(length.max(1), |from, _| from + 1)
    }
}

impl Plan {
    /// The bracketing in which the plan joins the links of its problem.
    ///
    /// # Errors
    /// `PLAN_MISMATCH` and `INVALID_PLAN`, as [`price`] has them.
    pub fn tree(&self, problem: &Problem) -> Result<Tree, PlanError> {
        price(problem, self)?;
        let mut joints: HashMap<(usize, usize), usize> = HashMap::new();
        for step in &self.steps {
            match *step {
                Step::Multiply { from, at, to } => {
                    joints.insert((from, to), at);
                }
                Step::Accumulate { from, to, mode } => {
                    let start = if mode == Mode::Tangent { from } else { to - 1 };
                    comb(&mut joints, Sweep { from, start, end: start + 1, to });
                }
                Step::Eliminate { from, at, to, mode: Mode::Tangent } => {
                    comb(&mut joints, Sweep { from, start: from, end: at, to });
                }
                Step::Eliminate { from, at, to, mode: Mode::Adjoint } => {
                    comb(&mut joints, Sweep { from, start: at, end: to, to });
                }
                Step::Reduce { .. } | Step::Evaluate { .. } => {}
            }
        }
        Ok(Tree::cut(problem.length(), |from, to| joints[&(from, to)]))
    }
}

/// The joints of a sweep that widens the span `start..end`, at least one link long, to `from..to`.
fn comb(joints: &mut HashMap<(usize, usize), usize>, sweep: Sweep) {
    let Sweep { from, start, end, to } = sweep;
    joints.extend((end + 1..=to).map(|end| ((from, end), end - 1)));
    joints.extend((from..start).map(|start| ((start, to), start + 1)));
}

struct Sweep {
    from: usize,
    start: usize,
    end: usize,
    to: usize,
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        enum Piece {
            Node(usize),
            Text(&'static str),
        }
        let mut open = vec![Piece::Node(self.nodes.len() - 1)];
        while let Some(piece) = open.pop() {
            match piece {
                Piece::Text(text) => f.write_str(text)?,
                Piece::Node(index) => match self.nodes[index] {
                    Node::Leaf(link) => write!(f, "{link}")?,
                    Node::Pair(earlier, later) => {
                        let [a, b] = [earlier, later].map(Piece::Node);
                        let [left, comma, right] = ["[", ", ", "]"].map(Piece::Text);
                        open.extend([right, b, comma, a, left]);
                    }
                },
            }
        }
        Ok(())
    }
}

impl FromStr for Tree {
    type Err = PlanError;

    /// Reads `[[0, 1], 2]`; spaces and line breaks may stand anywhere between tokens.
    fn from_str(text: &str) -> Result<Tree, PlanError> {
        let mut reader = Reader { nodes: Vec::new(), open: Vec::new() };
        let mut rest = text.trim_start();
        while let Some(token) = rest.chars().next() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let length = if digits > 0 { digits } else { token.len_utf8() };
            reader.take(&rest[..length]).map_err(|reason| refused(text, rest, reason))?;
            rest = rest[length..].trim_start();
        }
        match reader.open[..] {
            [Slot::Done(_)] => Ok(Tree { nodes: reader.nodes }),
            _ => Err(refused(text, rest, "must be one whole bracketing")),
        }
    }
}

fn refused(text: &str, rest: &str, reason: &str) -> PlanError {
    let line = 1 + text[..text.len() - rest.len()].matches('\n').count();
    PlanError::Parse { form: "bracketing", line, reason: reason.into() }
}

/// What has been read and waits for more.
#[derive(Copy, Clone, PartialEq)]
enum Slot {
    Open,
    Done(usize),
    Comma,
}

struct Reader {
    nodes: Vec<Node>,
    open: Vec<Slot>,
}

impl Reader {
    fn take(&mut self, token: &str) -> Result<(), &'static str> {
        let expects_value = matches!(self.open.last(), None | Some(Slot::Open | Slot::Comma));
        match (token, &self.open[..]) {
            ("[", _) if expects_value => self.open.push(Slot::Open),
            (",", [.., Slot::Open, Slot::Done(_)]) => self.open.push(Slot::Comma),
            ("]", &[.., Slot::Open, Slot::Done(earlier), Slot::Comma, Slot::Done(later)]) => {
                self.open.truncate(self.open.len() - 4);
                self.open.push(Slot::Done(self.nodes.len()));
                self.nodes.push(Node::Pair(earlier, later));
            }
            (digits, _) if expects_value => {
                let link = digits.parse().map_err(|_| "must name a link by a whole number")?;
                self.open.push(Slot::Done(self.nodes.len()));
                self.nodes.push(Node::Leaf(link));
            }
            _ => return Err("must hold pairs `[earlier, later]`"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back() {
        for text in ["0", "[0, 1]", "[[0, [1, 2]], [3, 4]]", "[0, [1, [2, 3]]]"] {
            assert_eq!(text.parse::<Tree>().unwrap().to_string(), text);
        }
        let spaced = " [ [0,\n1] ,2 ]".parse::<Tree>().unwrap();
        assert_eq!(spaced, Tree::from_first(3));
    }

    #[test]
    fn what_is_no_bracketing_is_refused() {
        let bad = [
            "",
            "[",
            "]",
            "[0]",
            "[0, 1",
            "0 1",
            "[0, 1, 2]",
            "[0 1]",
            "[-1, 0]",
            "[0, 1]]",
            "[99999999999999999999999, 1]",
            "[a, b]",
            "[,]",
            "é",
        ];
        for text in bad {
            assert_eq!(text.parse::<Tree>().unwrap_err().code(), "PARSE_ERROR", "{text}");
        }
        let swapped: Tree = "[1, 0]".parse().unwrap();
        let error = swapped.pairs(2).unwrap_err();
        assert_eq!(error.code(), "NOT_A_BRACKETING");
        assert!(error.to_string().ends_with("has 1 where 0 should stand"), "{error}");
        assert!("[0, 1]".parse::<Tree>().unwrap().pairs(3).is_err());
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = Tree::from_last(50_000);
        assert_eq!(deep.to_string().parse::<Tree>().unwrap(), deep);
        assert_eq!(deep.pairs(50_000).unwrap().len(), 49_999);
    }

    #[test]
    fn pairs_of_trees_are_trees() {
        let built = Tree::pair(Tree::pair(Tree::leaf(0), &Tree::leaf(1)), &Tree::leaf(2));
        assert_eq!(built, Tree::from_first(3));
        assert_eq!(built.length(), 3);
    }
}
