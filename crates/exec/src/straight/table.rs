//! How each op of the tape is said in primitives. An op without a row here runs lane by lane.
use super::builder::Builder;
use super::form::Value;
use super::primitive::Primitive;
use chainrule_tape::Op;
use std::sync::LazyLock;

/// Writes an op down with `n`, its parameter; there are as many arguments as it takes.
pub(super) fn lower(builder: &mut Builder, op: Op, n: i32, args: &[Value]) -> Value {
    match BY_OP[op as usize] {
        Some(Lowering::Same(primitive)) => builder.primitive(primitive, args),
        Some(Lowering::Swapped(primitive)) => builder.primitive(primitive, &[args[1], args[0]]),
        Some(Lowering::Composed(compose)) => {
            compose(builder, n, args).unwrap_or_else(|| builder.row(op, n, args))
        }
        None => builder.row(op, n, args),
    }
}

/// What an op becomes.
#[derive(Copy, Clone)]
enum Lowering {
    /// A primitive of the same arguments.
    Same(Primitive),
    /// A primitive of the two arguments exchanged.
    Swapped(Primitive),
    /// Some primitives, unless the parameter forbids.
    Composed(fn(&mut Builder, i32, &[Value]) -> Option<Value>),
}

/// The table by op.
static BY_OP: LazyLock<Vec<Option<Lowering>>> = LazyLock::new(|| {
    let row = |op: &Op| TABLE.iter().find(|(name, _)| *name == op.name()).map(|row| row.1);
    Op::ALL.iter().map(row).collect()
});

macro_rules! table {
    ($($name:ident => $how:ident($what:expr);)+) => {
        /// The rows: an op by its name.
        static TABLE: &[(&str, Lowering)] = &[$((stringify!($name), table!(@ $how $what))),+];
    };
    (@ same $primitive:expr) => { Lowering::Same($primitive) };
    (@ swapped $primitive:expr) => { Lowering::Swapped($primitive) };
    (@ composed $compose:expr) => { Lowering::Composed($compose) };
}

table! {
    neg => same(Primitive::Neg);
    abs => same(Primitive::Abs);
    sign => same(Primitive::Sign);
    sqrt => same(Primitive::Sqrt);
    floor => same(Primitive::Floor);
    ceil => same(Primitive::Ceil);
    round => same(Primitive::Round);
    add => same(Primitive::Add);
    sub => same(Primitive::Sub);
    mul => same(Primitive::Mul);
    div => same(Primitive::Div);
    min => same(Primitive::Min);
    max => same(Primitive::Max);
    lt => same(Primitive::Lt);
    le => same(Primitive::Le);
    gt => swapped(Primitive::Lt);
    ge => swapped(Primitive::Le);
    eq => same(Primitive::Eq);
    ne => same(Primitive::Ne);
    select => same(Primitive::Select);
    exp => same(Primitive::Exp);
    log => same(Primitive::Log);
    sin => same(Primitive::Sin);
    cos => same(Primitive::Cos);
    tanh => same(Primitive::Tanh);
    rsqrt => composed(rsqrt);
    powi => composed(powi);
}

fn rsqrt(builder: &mut Builder, _: i32, args: &[Value]) -> Option<Value> {
    let one = builder.constant(1.0);
    let root = builder.primitive(Primitive::Sqrt, args);
    Some(builder.primitive(Primitive::Div, &[one, root]))
}

/// Small powers as products: of 4 at most three roundings, so below 2 ulp. Of negative powers the
/// reciprocal comes first: where its powers overflow or vanish, so does the result.
fn powi(builder: &mut Builder, n: i32, args: &[Value]) -> Option<Value> {
    let one = builder.constant(1.0);
    let x = match n {
        1..=4 => args[0],
        -4..=-1 => builder.primitive(Primitive::Div, &[one, args[0]]),
        0 => return Some(one),
        _ => return None,
    };
    let mut product = |a, b| builder.primitive(Primitive::Mul, &[a, b]);
    Some(match n.unsigned_abs() {
        1 => x,
        2 => product(x, x),
        3 => {
            let square = product(x, x);
            product(square, x)
        }
        _ => {
            let square = product(x, x);
            product(square, square)
        }
    })
}
