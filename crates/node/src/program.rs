//! Programs: tapes made ready to run on points, now or on another thread.
use crate::convert::{count, outputs};
use crate::error::{Result, coded, thrown};
use crate::memory::Held;
use crate::tape::NativeTape;
use crate::watch::{CancelToken, Watched, watched};
use chainrule::exec::{Control, PrepareOptions, Program, Reduce, Rows};
use napi::Env;
use napi::bindgen_prelude::{
    AsyncTask, Float64Array, Float64ArraySlice, Function, Int32ArraySlice, ObjectFinalize,
};
use napi_derive::napi;

/// How a tape is prepared.
#[napi(object)]
pub struct ProgramOptions {
    /// At most so many threads.
    pub threads: Option<f64>,
    /// Paths of inputs that are one row for all points.
    pub shared: Vec<String>,
    /// The most bytes a call may allocate.
    pub memory: Option<f64>,
}

/// A program, until it is disposed of.
#[napi(custom_finalize)]
pub struct NativeProgram {
    held: Held<Program>,
}

/// Makes a tape ready to run.
#[napi(catch_unwind)]
pub fn prepare(env: Env, tape: &NativeTape, options: ProgramOptions) -> Result<NativeProgram> {
    let program = chainrule::exec::prepare(&*tape.get()?, &options.checked()?).map_err(thrown)?;
    NativeProgram::holding(&env, program)
}

impl NativeProgram {
    /// Holds a program and tells the collector of garbage how much memory that is.
    pub(crate) fn holding(env: &Env, program: Program) -> Result<NativeProgram> {
        let bytes = program.bytes();
        Ok(NativeProgram { held: Held::new(env, "program", program, bytes)? })
    }
}

impl ObjectFinalize for NativeProgram {
    fn finalize(self, env: Env) -> Result<()> {
        self.dispose(env)
    }
}

impl ProgramOptions {
    pub(crate) fn checked(self) -> Result<PrepareOptions> {
        let threads =
            self.threads.map(|threads| count(threads, || "threads".into())).transpose()?;
        Ok(PrepareOptions {
            threads: threads.map(|threads| threads as usize),
            shared: self.shared,
            memory: self.memory.map(bytes).transpose()?,
            ..PrepareOptions::default()
        })
    }
}

/// A number of bytes, which may be more than 2^32.
pub(crate) fn bytes(number: f64) -> Result<u64> {
    if (0.0..=2_f64.powi(53)).contains(&number) && number.fract() == 0.0 {
        return Ok(number as u64);
    }
    let message = format!("memory must be a whole number of bytes, but is {number}");
    Err(coded("INVALID_ARGUMENT", "memory", &message))
}

/// The rows of all inputs: for each how they belong to points (see [`row_kind`]), its numbers, and where an index
/// picks among them, that index, in the order of the inputs that have one.
pub(crate) struct Inputs<'a> {
    pub(crate) kinds: &'a [u8],
    pub(crate) data: Vec<&'a [f64]>,
    pub(crate) indices: Vec<&'a [i32]>,
}

impl<'a> Inputs<'a> {
    pub(crate) fn rows(&self) -> Result<Vec<Rows<'a>>> {
        let mut indices = self.indices.iter();
        let missing = || coded("INTERNAL", "inputs", "an input has no index");
        self.kinds
            .iter()
            .zip(&self.data)
            .map(|(&kind, &data)| match kind {
                0 => Ok(Rows::Each(data)),
                1 => Ok(Rows::Shared(data)),
                _ => Ok(Rows::Indexed { table: data, index: indices.next().ok_or_else(missing)? }),
            })
            .collect()
    }
}

/// The reduction of that name.
pub(crate) fn reduce(name: Option<&str>) -> Result<Reduce> {
    match name {
        None => Ok(Reduce::None),
        Some("sum") => Ok(Reduce::Sum),
        Some("mean") => Ok(Reduce::Mean),
        Some(other) => {
            let message = format!("reduce must be 'sum' or 'mean', but is {other:?}");
            Err(coded("UNKNOWN_NAME", "reduce", &message))
        }
    }
}

#[napi]
impl NativeProgram {
    fn get(&self) -> Result<Program> {
        self.held.get()
    }

    /// The multiply-adds of one evaluation.
    #[napi(catch_unwind)]
    pub fn cost(&self) -> Result<f64> {
        Ok(self.get()?.cost() as f64)
    }

    /// The low-level form, for reading.
    #[napi(catch_unwind)]
    pub fn text(&self) -> Result<String> {
        Ok(self.get()?.to_string())
    }

    /// Runs on `points` points and writes into `outs`.
    #[napi(catch_unwind)]
    pub fn run(
        &self,
        points: f64,
        kinds: &[u8],
        data: Vec<Float64ArraySlice>,
        indices: Vec<Int32ArraySlice>,
        mut outs: Vec<Option<Float64ArraySlice>>,
        reduction: Option<String>,
    ) -> Result<()> {
        let inputs = Inputs {
            kinds,
            data: data.iter().map(AsRef::as_ref).collect(),
            indices: indices.iter().map(AsRef::as_ref).collect(),
        };
        let points = count(points, || "the number of points".into())? as usize;
        let reduction = reduce(reduction.as_deref())?;
        let mut outs = outputs(&mut outs);
        let program = self.get()?;
        program
            .run(points, &inputs.rows()?, &mut outs, reduction, &Control::default())
            .map_err(thrown)
    }

    /// Runs on copies of the inputs, on another thread, and resolves with new arrays, of `lengths` numbers each.
    #[napi(catch_unwind)]
    pub fn run_async(
        &self,
        points: f64,
        kinds: &[u8],
        data: Vec<Float64ArraySlice>,
        indices: Vec<Int32ArraySlice>,
        lengths: Vec<f64>,
        reduction: Option<String>,
        token: &CancelToken,
        progress: Option<Function<f64, ()>>,
    ) -> Result<AsyncTask<Run>> {
        let length = |length: &f64| count(*length, || "the length of a result".into());
        let running = Running {
            program: self.get()?,
            points: count(points, || "the number of points".into())? as usize,
            kinds: kinds.to_vec(),
            data: data.iter().map(|array| array.to_vec()).collect(),
            indices: indices.iter().map(|array| array.to_vec()).collect(),
            lengths: lengths.iter().map(length).collect::<Result<_>>()?,
            reduce: reduce(reduction.as_deref())?,
        };
        let give = |results: Vec<Vec<f64>>| results.into_iter().map(Float64Array::new).collect();
        watched(token, progress, move |control| running.results(control), give)
    }

    /// Frees the program, unless a call under way still uses it.
    #[napi(catch_unwind)]
    pub fn dispose(&self, env: Env) -> Result<()> {
        self.held.dispose(&env)
    }
}

/// A run on another thread, which gives a row for each output.
type Run = Watched<Vec<Vec<f64>>, Vec<Float64Array>>;

/// What runs there.
struct Running {
    program: Program,
    points: usize,
    kinds: Vec<u8>,
    data: Vec<Vec<f64>>,
    indices: Vec<Vec<i32>>,
    lengths: Vec<u32>,
    reduce: Reduce,
}

impl Running {
    fn results(&self, control: &Control) -> Result<Vec<Vec<f64>>> {
        let inputs = Inputs {
            kinds: &self.kinds,
            data: self.data.iter().map(|row| &row[..]).collect(),
            indices: self.indices.iter().map(|index| &index[..]).collect(),
        };
        let mut results: Vec<Vec<f64>> =
            self.lengths.iter().map(|&length| vec![0.0; length as usize]).collect();
        let mut outs: Vec<Option<&mut [f64]>> =
            results.iter_mut().map(|out| Some(&mut out[..])).collect();
        let rows = inputs.rows()?;
        self.program.run(self.points, &rows, &mut outs, self.reduce, control).map_err(thrown)?;
        Ok(results)
    }
}
