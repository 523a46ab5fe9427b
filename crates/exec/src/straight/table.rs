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
        Some(Lowering::Composed(compose)) => compose(builder, n, args),
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
    /// Some primitives, which depend on the parameter.
    Composed(fn(&mut Builder, i32, &[Value]) -> Value),
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
    expm1 => same(Primitive::Expm1);
    log => same(Primitive::Log);
    log1p => same(Primitive::Log1p);
    log2 => same(Primitive::Log2);
    log10 => same(Primitive::Log10);
    rsqrt => same(Primitive::Rsqrt);
    cbrt => same(Primitive::Cbrt);
    pow => same(Primitive::Pow);
    powi => composed(powi);
    square => composed(|builder, _, args| builder.primitive(Primitive::Mul, &[args[0], args[0]]));
    recip => composed(reciprocal);
    exp2 => composed(power_of_two);
    relu => composed(positive_part);
    hypot => same(Primitive::Hypot);
    sin => same(Primitive::Sin);
    cos => same(Primitive::Cos);
    tan => same(Primitive::Tan);
    asin => same(Primitive::Asin);
    acos => same(Primitive::Acos);
    atan => same(Primitive::Atan);
    atan2 => same(Primitive::Atan2);
    sinh => same(Primitive::Sinh);
    cosh => same(Primitive::Cosh);
    tanh => same(Primitive::Tanh);
    asinh => same(Primitive::Asinh);
    acosh => same(Primitive::Acosh);
    atanh => same(Primitive::Atanh);
    sigmoid => same(Primitive::Sigmoid);
    softplus => same(Primitive::Softplus);
    erf => same(Primitive::Erf);
    erfc => same(Primitive::Erfc);
    gauss => same(Primitive::Gauss);
}

fn reciprocal(builder: &mut Builder, _: i32, args: &[Value]) -> Value {
    let one = builder.constant(1.0);
    builder.primitive(Primitive::Div, &[one, args[0]])
}

fn power_of_two(builder: &mut Builder, _: i32, args: &[Value]) -> Value {
    let two = builder.constant(2.0);
    builder.primitive(Primitive::Pow, &[two, args[0]])
}

fn positive_part(builder: &mut Builder, _: i32, args: &[Value]) -> Value {
    let zero = builder.constant(0.0);
    let is_none = builder.primitive(Primitive::Le, &[args[0], zero]);
    builder.primitive(Primitive::Select, &[is_none, zero, args[0]])
}

/// The smallest powers as products, which round at most twice, so below 1 ulp; the others round more often than `pow` does.
fn powi(builder: &mut Builder, n: i32, args: &[Value]) -> Value {
    let x = args[0];
    match n {
        0 => builder.constant(1.0),
        1 => x,
        -1 => reciprocal(builder, n, args),
        2 => builder.primitive(Primitive::Mul, &[x, x]),
        3 => {
            let square = builder.primitive(Primitive::Mul, &[x, x]);
            builder.primitive(Primitive::Mul, &[square, x])
        }
        _ => {
            let exponent = builder.constant(f64::from(n));
            builder.primitive(Primitive::Pow, &[x, exponent])
        }
    }
}

/// Every row is of an op that exists, or it would never be used.
#[cfg(test)]
pub(super) fn assert_all_exist() {
    for (name, _) in TABLE {
        assert!(Op::named(name).is_some(), "the tape has no op `{name}`");
    }
}
