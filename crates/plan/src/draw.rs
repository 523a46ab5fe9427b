//! Plans as graphs, for DOT and Mermaid: links at the bottom, each step above what it uses.
use crate::explain::{link, links};
use crate::{Mode, Plan, PlanError, Problem, Step, price};
use std::collections::HashMap;
use std::fmt::Write;

/// A graph of links and steps, free of any language.
struct Graph {
    /// Identifier, label, and whether it is a step.
    nodes: Vec<(String, String, bool)>,
    /// From, to, and whether it is swept through instead of read.
    edges: Vec<(String, String, bool)>,
}

impl Plan {
    /// The plan as a DOT graph, for Graphviz. Dashed edges are links that are swept through.
    ///
    /// # Errors
    /// `PLAN_MISMATCH` and `INVALID_PLAN`, as [`price`] has them.
    pub fn to_dot(&self, problem: &Problem) -> Result<String, PlanError> {
        let graph = self.graph(problem)?;
        let mut text = String::from("digraph plan {\n  rankdir=BT;\n");
        for (id, label, is_step) in graph.nodes {
            let shape = if is_step { "ellipse" } else { "box" };
            push(&mut text, format_args!("  {id} [label=\"{label}\", shape={shape}];"));
        }
        for (from, to, swept) in graph.edges {
            let style = if swept { " [style=dashed]" } else { "" };
            push(&mut text, format_args!("  {from} -> {to}{style};"));
        }
        text.push_str("}\n");
        Ok(text)
    }

    /// The plan as a Mermaid flowchart. Dotted edges are links that are swept through.
    ///
    /// # Errors
    /// `PLAN_MISMATCH` and `INVALID_PLAN`, as [`price`] has them.
    pub fn to_mermaid(&self, problem: &Problem) -> Result<String, PlanError> {
        let graph = self.graph(problem)?;
        let mut text = String::from("flowchart BT\n");
        for (id, label, is_step) in graph.nodes {
            let (open, close) = if is_step { ("([", "])") } else { ("[", "]") };
            push(&mut text, format_args!("  {id}{open}\"{label}\"{close}"));
        }
        for (from, to, swept) in graph.edges {
            let arrow = if swept { "-.->" } else { "-->" };
            push(&mut text, format_args!("  {from} {arrow} {to}"));
        }
        Ok(text)
    }

    fn graph(&self, problem: &Problem) -> Result<Graph, PlanError> {
        let price = price(problem, self)?;
        let shape = |at: usize| {
            let ends = &problem.links()[at];
            if problem.in_product_order() {
                format!("{} x {}", ends.inputs, ends.outputs)
            } else {
                format!("{} x {}", ends.outputs, ends.inputs)
            }
        };
        let leaf =
            |at| (format!("link{at}"), format!("{}: {}", link(problem, at), shape(at)), false);
        let mut graph =
            Graph { nodes: (0..problem.length()).map(leaf).collect(), edges: Vec::new() };
        let mut makers: HashMap<(usize, usize), String> = HashMap::new();
        for (index, (step, cost)) in self.steps.iter().zip(&price.costs).enumerate() {
            let id = format!("step{index}");
            let span = step.span();
            let made = links(problem, span.start, span.end);
            graph.nodes.push((id.clone(), format!("{}: {made}, {cost}", word(step)), true));
            let (read, swept) = uses(step);
            for (from, to) in read {
                let maker = makers.get(&(from, to)).cloned().unwrap_or(format!("link{from}"));
                graph.edges.push((maker, id.clone(), false));
            }
            graph.edges.extend(swept.map(|at| (format!("link{at}"), id.clone(), true)));
            if !matches!(step, Step::Evaluate { .. }) {
                makers.insert((span.start, span.end), id);
            }
        }
        Ok(graph)
    }
}

fn push(text: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{words}");
}

fn word(step: &Step) -> &'static str {
    match step {
        Step::Accumulate { mode: Mode::Tangent, .. } => "accumulate by tangents",
        Step::Accumulate { mode: Mode::Adjoint, .. } => "accumulate by adjoints",
        Step::Multiply { .. } => "multiply",
        Step::Eliminate { mode: Mode::Tangent, .. } => "sweep tangents",
        Step::Eliminate { mode: Mode::Adjoint, .. } => "sweep adjoints",
        Step::Reduce { .. } => "add up",
        Step::Evaluate { .. } => "evaluate again",
    }
}

/// The Jacobians a step reads, and the links it sweeps through.
fn uses(step: &Step) -> (Vec<(usize, usize)>, std::ops::Range<usize>) {
    match *step {
        Step::Accumulate { from, to, .. } | Step::Evaluate { from, to, .. } => (vec![], from..to),
        Step::Multiply { from, at, to } => (vec![(from, at), (at, to)], 0..0),
        Step::Eliminate { from, at, to, mode: Mode::Tangent } => (vec![(from, at)], at..to),
        Step::Eliminate { from, at, to, mode: Mode::Adjoint } => (vec![(at, to)], from..at),
        Step::Reduce { from, to } => (vec![(from, to)], 0..0),
    }
}
