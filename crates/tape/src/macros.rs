//! Expands the table of elementwise ops.

/// Makes [`Op`](crate::Op), its lookups by row, and the methods of [`Scalar`](crate::Scalar).
///
/// A row reads: variant, `.method` (the arithmetic has operators instead), arguments and, after a semicolon, an
/// integer parameter; the value on floats; an array of the partials in each argument; where it is smooth; what it costs;
/// its laws. What every scalar offers beyond the rows follows them.
macro_rules! ops {
    ($($(#[doc = $doc:literal])+
       $op:ident $(. $method:ident)? ($arg:ident $(, $rest:ident)* $(; $n:ident)?) -> $y:ident = $value:expr,
       $partials:expr, $on:expr, $cost:literal $(, $laws:expr)?;)+
     $(also { $($also:tt)* })?) => {
        /// An elementwise op: what it does to each element of its arguments, which have one shape.
        #[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Op { $($(#[doc = $doc])+ $op),+ }

        #[allow(unused_variables, reason = "most formulas leave an argument, the parameter or the value out")]
        impl Op {
            /// Every op, in the order of the table; an op's number is its place here.
            pub const ALL: &'static [Op] = &[$(Op::$op),+];

            /// The op's name in text and, where it is a method, in Rust and TypeScript.
            pub const fn name(self) -> &'static str {
                match self { $(Op::$op => name!($op $($method)?)),+ }
            }

            /// The names of its arguments.
            pub const fn arguments(self) -> &'static [&'static str] {
                match self { $(Op::$op => &[stringify!($arg) $(, stringify!($rest))*]),+ }
            }

            /// How many arguments it takes.
            pub const fn arity(self) -> usize {
                self.arguments().len()
            }

            /// The name of its integer parameter, if it has one.
            pub const fn parameter(self) -> Option<&'static str> {
                match self { $(Op::$op => parameter!($($n)?)),+ }
            }

            /// What the row says of the op, in a sentence.
            pub const fn doc(self) -> &'static str {
                match self { $(Op::$op => concat!($($doc, "\n"),+)),+ }
            }

            /// Where each argument may lie for the op to be smooth, so where derived tests may sample it.
            pub fn smooth_on(self) -> std::ops::Range<f64> {
                match self { $(Op::$op => $on),+ }
            }

            /// The cost of one evaluation, in multiply-adds.
            pub const fn cost(self) -> u64 {
                match self { $(Op::$op => $cost),+ }
            }

            /// What may be folded and rewritten without changing a bit.
            pub const fn laws(self) -> Laws {
                match self { $(Op::$op => laws!($($laws)?)),+ }
            }

            /// The value on floats, which judges every other way of evaluating; `n` is the parameter, if there is one.
            ///
            /// # Panics
            /// If there are not `arity` arguments.
            pub fn value(self, n: i32, args: &[f64]) -> f64 {
                match (self, args) {
                    $((Op::$op, &[$arg $(, $rest)*]) => { $(let $n = n;)? $value })+
                    _ => unreachable!("{self:?} applied to {} arguments", args.len()),
                }
            }

            /// The partial in each argument, given the arguments and the value `y` they made, in any scalar.
            ///
            /// # Panics
            /// If there are not `arity` arguments.
            #[inline]
            pub fn partials<S: Scalar>(self, n: i32, args: &[S], y: S) -> [Partial<S>; 3] {
                match (self, args) {
                    $((Op::$op, &[$arg $(, $rest)*]) => {
                        let $y = y;
                        $(let $n = n;)?
                        padded($partials)
                    })+
                    _ => unreachable!("{self:?} applied to {} arguments", args.len()),
                }
            }
        }

        /// A number as a function sees it: a float, a variable being recorded.
        ///
        /// A new kind of number says what it is to apply an op, and inherits every function.
        pub trait Scalar:
            Copy + From<f64> + std::ops::Neg<Output = Self> + std::ops::Add<Output = Self>
            + std::ops::Sub<Output = Self> + std::ops::Mul<Output = Self> + std::ops::Div<Output = Self>
        {
            /// Applies `op` with parameter `n` (0 where it has none).
            fn apply(op: Op, n: i32, args: &[Self]) -> Self;

            $(function!([$($method)?] [$($doc)+] $op [$arg] [$($rest)*] [$($n)?]);)+

            $($($also)*)?
        }
    };
}

/// A row's name: that of its method, or for an operator its variant in lower case.
macro_rules! name {
    ($op:ident $method:ident) => {
        stringify!($method)
    };
    (Neg) => {
        "neg"
    };
    (Add) => {
        "add"
    };
    (Sub) => {
        "sub"
    };
    (Mul) => {
        "mul"
    };
    (Div) => {
        "div"
    };
}

macro_rules! parameter {
    () => {
        None
    };
    ($n:ident) => {
        Some(stringify!($n))
    };
}

macro_rules! laws {
    () => {
        Laws::NONE
    };
    ($laws:expr) => {
        $laws
    };
}

/// A row's method, where it has one: the arithmetic has operators instead.
macro_rules! function {
    ([] $($row:tt)*) => {};
    ([$method:ident] [$($doc:literal)+] $op:ident [$arg:ident] [$($rest:ident)*] []) => {
        $(#[doc = $doc])+
        #[inline]
        fn $method(self $(, $rest: Self)*) -> Self {
            Self::apply(Op::$op, 0, &[self $(, $rest)*])
        }
    };
    ([$method:ident] [$($doc:literal)+] $op:ident [$arg:ident] [$($rest:ident)*] [$n:ident]) => {
        $(#[doc = $doc])+
        #[inline]
        fn $method(self $(, $rest: Self)*, $n: i32) -> Self {
            Self::apply(Op::$op, $n, &[self $(, $rest)*])
        }
    };
}

/// The five operators of a [`Scalar`](crate::Scalar), by way of its `apply`; also with a float on either side.
macro_rules! operators {
    ($type:ty, $($generics:tt)*) => {
        impl $($generics)* std::ops::Neg for $type {
            type Output = Self;
            #[inline]
            fn neg(self) -> Self { Self::apply(Op::Neg, 0, &[self]) }
        }
        operators!(@ $type, [$($generics)*], Add add, Sub sub, Mul mul, Div div);
    };
    (@ $type:ty, $generics:tt, $($op:ident $method:ident),+) => {
        $(operators!(@@ $type, $generics, $op $method);)+
    };
    (@@ $type:ty, [$($generics:tt)*], $op:ident $method:ident) => {
        impl $($generics)* std::ops::$op for $type {
            type Output = Self;
            #[inline]
            fn $method(self, rhs: Self) -> Self { Self::apply(Op::$op, 0, &[self, rhs]) }
        }
        impl $($generics)* std::ops::$op<f64> for $type {
            type Output = Self;
            #[inline]
            fn $method(self, rhs: f64) -> Self { Self::apply(Op::$op, 0, &[self, Self::from(rhs)]) }
        }
        impl $($generics)* std::ops::$op<$type> for f64 {
            type Output = $type;
            #[inline]
            fn $method(self, rhs: $type) -> $type { <$type>::apply(Op::$op, 0, &[self.into(), rhs]) }
        }
    };
}

/// Makes [`Structural`](crate::Structural) from the list of rows: their names, types and parameters.
macro_rules! structural_ops {
    ($($name:literal = $row:ident { $($field:ident),* }),+ $(,)?) => {
        /// A structural op with its parameters.
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub enum Structural { $(#[doc = concat!("`", $name, "`: see its type.")] $row($row)),+ }

        $(impl From<$row> for Structural {
            fn from(row: $row) -> Structural { Structural::$row(row) }
        })+

        impl Structural {
            /// The names of all structural ops, in the order of the table.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The op's name in text, Rust and TypeScript.
            pub fn name(&self) -> &'static str {
                match self { $(Structural::$row(_) => $name),+ }
            }

            /// The names of the arguments of the op called `name`.
            pub fn arguments(name: &str) -> Option<&'static [&'static str]> {
                match name { $($name => Some(<$row as Rule>::ARGUMENTS),)+ _ => None }
            }

            /// The names of the parameters of the op called `name`.
            pub fn parameters(name: &str) -> Option<&'static [&'static str]> {
                match name { $($name => Some(&[$(stringify!($field)),*]),)+ _ => None }
            }

            /// Its parameters by name.
            pub fn fields(&self) -> Vec<(&'static str, Field)> {
                match self {
                    $(Structural::$row(row) => {
                        let _ = row; // for a row without parameters
                        vec![$((stringify!($field), row.$field.to_field())),*]
                    })+
                }
            }

            /// The op called `name` with these parameters, each of which must be given once.
            ///
            /// # Errors
            /// `UNKNOWN_NAME`, `INVALID_ARGUMENT`.
            pub fn from_fields(name: &str, fields: &[(String, Field)]) -> Result<Structural, TapeError> {
                let find = |key: &str| find_field(name, key, fields);
                let checked = |key: &str, wanted: &str, field: &Field| {
                    TapeError::invalid(&format!("`{key}` of `{name}`"), wanted, format!("is {field}"))
                };
                let _ = (&find, &checked); // for a table of rows without parameters
                match name {
                    $($name => {
                        let row = $row { $($field: {
                            let field = find(stringify!($field))?;
                            Parameter::from_field(field)
                                .map_err(|wanted| checked(stringify!($field), wanted, field))?
                        }),* };
                        unexpected_field(name, &[$(stringify!($field)),*], fields)?;
                        Ok(row.into())
                    })+
                    _ => Err(TapeError::UnknownName {
                        argument: "the name of a structural op".into(),
                        wanted: format!("one of {}", Structural::NAMES.join(", ")),
                        came: name.into(),
                    }),
                }
            }

            /// The shape of the value.
            ///
            /// # Errors
            /// `SHAPE_MISMATCH` or `INVALID_ARGUMENT`: these arguments cannot be taken.
            pub fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
                match self { $(Structural::$row(row) => row.shape(args)),+ }
            }

            /// What it does to the elements of arguments of these shapes, which [`Structural::shape`] accepted.
            pub fn form(&self, args: &[&Shape]) -> Form {
                match self { $(Structural::$row(row) => row.form(args)),+ }
            }

            /// The op said in other ops, where its form is [`Form::Composed`].
            pub fn compose<'r>(&self, recorder: &'r Recorder, args: &[Var<'r>]) -> Var<'r> {
                match self { $(Structural::$row(row) => row.compose(recorder, args)),+ }
            }

            /// The cost of one evaluation, in multiply-adds.
            pub fn cost(&self, args: &[&Shape]) -> u64 {
                match self { $(Structural::$row(row) => row.cost(args)),+ }
            }

            pub(crate) fn tangent<'r>(&self, at: At<'_, 'r>, tangents: &[Option<Var<'r>>]) -> Var<'r> {
                match self { $(Structural::$row(row) => row.tangent(at, tangents)),+ }
            }

            pub(crate) fn adjoints<'r>(
                &self,
                at: At<'_, 'r>,
                active: &[bool],
                adjoint: Var<'r>,
            ) -> Vec<Option<Var<'r>>> {
                match self { $(Structural::$row(row) => row.adjoints(at, active, adjoint)),+ }
            }

            pub(crate) fn vmap<'r>(
                &self,
                recorder: &'r Recorder,
                args: &[Var<'r>],
                mapped: &[bool],
                entries: u32,
            ) -> Var<'r> {
                match self { $(Structural::$row(row) => row.vmap(recorder, args, mapped, entries)),+ }
            }
        }
    };
}
