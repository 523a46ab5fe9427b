//! Makes a valid graph of what was given, or says what is wrong with it and where.
use super::graph::{Edge, Graph, GraphSpec, Role, Vertex};
use super::kind::EdgeKind;
use crate::PlanError;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

/// Places are numbered in 32 bits, copies of outputs included.
const MOST_VERTICES: usize = 1 << 31;

/// All sizes together stay below this, so that the cube of their sum fits 2^120.
const SIZE_LIMIT: u64 = 1 << 40;

pub(crate) fn graph(spec: GraphSpec) -> Result<Graph, PlanError> {
    let count = spec.vertices as usize;
    if count > MOST_VERTICES {
        let limit = MOST_VERTICES;
        return Err(PlanError::TooLarge { field: "vertices", limit, got: count });
    }
    check_lists(&spec)?;
    check_edges(&spec)?;
    check_mentioned(&spec)?;
    let (roles, edges, names) = with_copies(&spec);
    let sizes = sizes(&spec, &names)?;
    check_kinds(&spec)?;
    let order = topological(names.len(), &edges).map_err(|cycle| {
        let vertices = cycle.into_iter().map(|vertex| names[vertex as usize]).collect();
        PlanError::Cycle { vertices }
    })?;
    let graph = number(spec, &order, &roles, &edges, &names, &sizes);
    check_reached(&graph)?;
    Ok(graph)
}

fn check_lists(spec: &GraphSpec) -> Result<(), PlanError> {
    for (list, vertices) in [("inputs", &spec.inputs), ("outputs", &spec.outputs)] {
        let mut seen = BTreeSet::new();
        for (index, &vertex) in vertices.iter().enumerate() {
            known(spec, vertex, || format!("{list}[{index}]"))?;
            if !seen.insert(vertex) {
                return Err(PlanError::DuplicateVertex {
                    field: format!("{list}[{index}]"),
                    vertex,
                });
            }
        }
    }
    Ok(())
}

fn known(spec: &GraphSpec, vertex: u32, field: impl Fn() -> String) -> Result<(), PlanError> {
    if vertex < spec.vertices {
        return Ok(());
    }
    Err(PlanError::UnknownVertex { field: field(), vertex, vertices: spec.vertices })
}

fn check_edges(spec: &GraphSpec) -> Result<(), PlanError> {
    let inputs: BTreeSet<u32> = spec.inputs.iter().copied().collect();
    let mut seen = HashMap::new();
    for (index, &Edge { from, to, .. }) in spec.edges.iter().enumerate() {
        known(spec, from, || format!("edges[{index}].from"))?;
        known(spec, to, || format!("edges[{index}].to"))?;
        if let Some(first) = seen.insert((from, to), index) {
            return Err(PlanError::DuplicateEdge { index, first, from, to });
        }
        if inputs.contains(&to) {
            return Err(PlanError::InputHasPredecessor { index, from, to });
        }
    }
    Ok(())
}

/// So many vertices that some are named nowhere: found before room is made for all of them.
fn check_mentioned(spec: &GraphSpec) -> Result<(), PlanError> {
    let ends = spec.edges.iter().flat_map(|edge| [edge.from, edge.to]);
    let named: BTreeSet<u32> =
        ends.chain(spec.inputs.iter().copied()).chain(spec.outputs.iter().copied()).collect();
    // The first number left out is where the numbers and their count part.
    let missing = named.iter().zip(0..).find(|&(&vertex, at)| vertex != at).map(|(_, at)| at);
    match missing.unwrap_or(named.len() as u32) {
        vertex if vertex < spec.vertices => Err(PlanError::UnreachableVertex {
            vertex,
            reason: "no edge touches it, and it is neither input nor output",
        }),
        _ => Ok(()),
    }
}

/// Roles, edges and names of all vertices, and of the copies of outputs that need one.
fn with_copies(spec: &GraphSpec) -> (Vec<Role>, Vec<Edge>, Vec<u32>) {
    let mut roles = vec![Role::Intermediate; spec.vertices as usize];
    let mut read = vec![false; roles.len()];
    let mut names: Vec<u32> = (0..spec.vertices).collect();
    let mut edges = spec.edges.clone();
    spec.edges.iter().for_each(|edge| read[edge.from as usize] = true);
    spec.inputs.iter().for_each(|&vertex| roles[vertex as usize] = Role::Input);
    for &vertex in &spec.outputs {
        if roles[vertex as usize] == Role::Input || read[vertex as usize] {
            edges.push(Edge { from: vertex, to: names.len() as u32, kind: EdgeKind::Unit });
            names.push(vertex);
            roles.push(Role::Output);
        } else {
            roles[vertex as usize] = Role::Output;
        }
    }
    (roles, edges, names)
}

fn sizes(spec: &GraphSpec, names: &[u32]) -> Result<Vec<u64>, PlanError> {
    let Some(given) = &spec.sizes else { return Ok(vec![1; names.len()]) };
    if given.len() != spec.vertices as usize {
        return Err(PlanError::StructureMismatch {
            field: "sizes".into(),
            wanted: format!("hold one size for each of {} vertices", spec.vertices),
            got: format!("it holds {}", given.len()),
        });
    }
    if let Some(vertex) = given.iter().position(|&size| size == 0) {
        return Err(PlanError::ZeroSize { field: format!("sizes[{vertex}]") });
    }
    let sizes: Vec<u64> = names.iter().map(|&name| given[name as usize].into()).collect();
    let total = sizes.iter().fold(0_u64, |total, &size| total.saturating_add(size));
    if total >= SIZE_LIMIT {
        let bound = format!("the cube of {total}, the sum of all sizes");
        return Err(PlanError::CostOverflow { field: "sizes".into(), bound });
    }
    Ok(sizes)
}

fn check_kinds(spec: &GraphSpec) -> Result<(), PlanError> {
    let Some(sizes) = &spec.sizes else { return Ok(()) };
    for (index, edge) in spec.edges.iter().enumerate() {
        let (from, to) = (sizes[edge.from as usize], sizes[edge.to as usize]);
        if edge.kind == EdgeKind::Unit && from != to {
            return Err(PlanError::StructureMismatch {
                field: format!("edges[{index}].kind"),
                wanted: "join vertices of one size when it is `unit`".into(),
                got: format!("the sizes are {from} and {to}"),
            });
        }
    }
    Ok(())
}

/// The topological order that is smallest by number, so program order stays as it is; or a cycle.
fn topological(count: usize, edges: &[Edge]) -> Result<Vec<u32>, Vec<u32>> {
    let mut after = vec![Vec::new(); count];
    let mut waits = vec![0_u32; count];
    for edge in edges {
        after[edge.from as usize].push(edge.to);
        waits[edge.to as usize] += 1;
    }
    let mut ready: BinaryHeap<Reverse<u32>> =
        (0..count as u32).filter(|&vertex| waits[vertex as usize] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(count);
    while let Some(Reverse(vertex)) = ready.pop() {
        order.push(vertex);
        for &next in &after[vertex as usize] {
            waits[next as usize] -= 1;
            if waits[next as usize] == 0 {
                ready.push(Reverse(next));
            }
        }
    }
    if order.len() == count { Ok(order) } else { Err(a_cycle(edges, &waits)) }
}

/// Walks back along edges between vertices that wait, which must come round. Smallest vertex first.
fn a_cycle(edges: &[Edge], waits: &[u32]) -> Vec<u32> {
    let waiting = |vertex: u32| waits[vertex as usize] > 0;
    let mut before = HashMap::new();
    for edge in edges.iter().filter(|edge| waiting(edge.from) && waiting(edge.to)) {
        before.entry(edge.to).or_insert(edge.from);
    }
    let mut path: Vec<u32> = Vec::new();
    let mut seen = HashMap::new();
    let mut next = before.keys().min().copied();
    while let Some(vertex) = next {
        if let Some(&start) = seen.get(&vertex) {
            path.drain(..start);
            break;
        }
        seen.insert(vertex, path.len());
        path.push(vertex);
        next = before.get(&vertex).copied();
    }
    path.reverse();
    let smallest = (0..path.len()).min_by_key(|&at| path[at]).unwrap_or(0);
    path.rotate_left(smallest);
    path
}

fn number(
    spec: GraphSpec,
    order: &[u32],
    roles: &[Role],
    edges: &[Edge],
    names: &[u32],
    sizes: &[u64],
) -> Graph {
    let mut places = vec![0; names.len()];
    order.iter().zip(0..).for_each(|(&vertex, place)| places[vertex as usize] = place);
    let vertex = |&at: &u32| Vertex {
        name: names[at as usize],
        role: roles[at as usize],
        size: sizes[at as usize],
        before: Vec::new(),
        after: Vec::new(),
    };
    let mut vertices: Vec<Vertex> = order.iter().map(vertex).collect();
    for edge in edges {
        let (from, to) = (places[edge.from as usize], places[edge.to as usize]);
        vertices[from as usize].after.push((to, edge.kind));
        vertices[to as usize].before.push((from, edge.kind));
    }
    for vertex in &mut vertices {
        vertex.before.sort_unstable();
        vertex.after.sort_unstable();
    }
    places.truncate(spec.vertices as usize);
    let mut graph = Graph { spec, vertices, intermediates: Vec::new(), places };
    graph.intermediates = graph.with_role(Role::Intermediate).collect();
    graph
}

fn check_reached(graph: &Graph) -> Result<(), PlanError> {
    let count = graph.vertices.len();
    let (mut from_input, mut to_output) = (vec![false; count], vec![false; count]);
    for (place, vertex) in graph.vertices.iter().enumerate() {
        let read = vertex.before.iter().any(|&(before, _)| from_input[before as usize]);
        from_input[place] = vertex.role == Role::Input || read;
    }
    for (place, vertex) in graph.vertices.iter().enumerate().rev() {
        let read = vertex.after.iter().any(|&(after, _)| to_output[after as usize]);
        to_output[place] = vertex.role == Role::Output || read;
    }
    for &place in &graph.intermediates {
        let vertex = graph.vertices[place as usize].name;
        let reason = match (from_input[place as usize], to_output[place as usize]) {
            (false, _) => "no input leads to it",
            (_, false) => "it leads to no output",
            _ => continue,
        };
        return Err(PlanError::UnreachableVertex { vertex, reason });
    }
    Ok(())
}
