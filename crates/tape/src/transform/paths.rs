//! The names of a transformed tape's inputs and outputs: groups such as `x` and `x_dot`, each in the form of what it is for.
use crate::{Input, Tape};

/// The paths of a group: `name.path` for each of `paths`, or `name` alone where the form is one array.
pub(crate) fn group<'p>(name: &str, paths: impl IntoIterator<Item = &'p str>) -> Vec<String> {
    let paths: Vec<&str> = paths.into_iter().collect();
    match paths[..] {
        ["" | "0"] => vec![name.into()],
        _ => paths.iter().map(|path| format!("{name}.{path}")).collect(),
    }
}

/// `inputs` as a group of that name.
pub(crate) fn input_group(name: &str, inputs: &[&Input]) -> Vec<Input> {
    let paths = group(name, inputs.iter().map(|input| input.path.as_str()));
    paths.into_iter().zip(inputs).map(|(path, &input)| Input { path, ..input.clone() }).collect()
}

impl Tape {
    /// The numbers of the inputs that are differentiated.
    pub(crate) fn differentiated(&self) -> Vec<usize> {
        (0..self.inputs.len()).filter(|&i| !self.inputs[i].fixed).collect()
    }

    /// The inputs of these numbers as a group of that name.
    pub(crate) fn inputs_as(&self, name: &str, numbers: &[usize]) -> Vec<Input> {
        input_group(name, &numbers.iter().map(|&i| &self.inputs[i]).collect::<Vec<_>>())
    }

    /// The paths that outputs in the form of the inputs of these numbers have.
    pub(crate) fn input_paths_as(&self, name: &str, numbers: &[usize]) -> Vec<String> {
        group(name, numbers.iter().map(|&i| self.inputs[i].path.as_str()))
    }

    /// The paths that outputs or inputs in the form of the outputs have.
    pub(crate) fn output_paths_as(&self, name: &str) -> Vec<String> {
        group(name, self.outputs.iter().map(|output| output.path.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_array_has_the_name_of_its_group() {
        assert_eq!(group("value", ["0"]), ["value"]);
        assert_eq!(group("value", [""]), ["value"]);
    }

    #[test]
    fn what_is_named_or_one_of_several_keeps_its_path_behind_the_group() {
        assert_eq!(group("x", ["0", "1"]), ["x.0", "x.1"]);
        assert_eq!(group("x", ["W"]), ["x.W"]);
        assert_eq!(group("x", ["1"]), ["x.1"]);
        assert_eq!(group("x_dot", ["x.W", "v.W"]), ["x_dot.x.W", "x_dot.v.W"]);
        assert_eq!(group("gradient", []), Vec::<String>::new());
    }
}
