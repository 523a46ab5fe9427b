//! The calibration kept in the user's cache directory, and what is used in its place.
use super::machine::machine;
use crate::ExecError;
use chainrule_plan::CostModel;
use etcetera::base_strategy::{BaseStrategy, choose_native_strategy};
use serde::{Deserialize, Serialize};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The environment variable that names another file for the calibration.
pub const CALIBRATION_VARIABLE: &str = "CHAINRULE_CALIBRATION";

/// A cost model, and where it is from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
    /// The model.
    pub model: CostModel,
    /// Whether it was measured.
    pub source: CalibrationSource,
    /// Why what was found could not be used, in a sentence; the next calibration replaces it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// Where a cost model is from.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CalibrationSource {
    /// Measured on this machine, by this version of the library.
    Measured,
    /// Built in.
    Default,
}

impl Calibration {
    /// The model, if it was measured.
    pub fn measured(&self) -> Option<&CostModel> {
        (self.source == CalibrationSource::Measured).then_some(&self.model)
    }

    /// The JSON form.
    pub fn to_json(&self) -> String {
        // Neither maps with other keys than text nor failing writers: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What the file holds. Another version of the library may run products at other speeds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    library: String,
    model: CostModel,
}

const LIBRARY: &str = env!("CARGO_PKG_VERSION");

/// The file of the calibration: what [`CALIBRATION_VARIABLE`] names, else one in the user's cache directory. None where
/// there is no such directory.
pub fn calibration_path() -> Option<PathBuf> {
    if let Some(path) = stand_in() {
        return Some(path);
    }
    match env::var_os(CALIBRATION_VARIABLE) {
        Some(path) if !path.is_empty() => Some(path.into()),
        _ => {
            let folder = choose_native_strategy().ok()?.cache_dir();
            Some(folder.join("chainrule").join("calibration.json"))
        }
    }
}

#[cfg(not(test))]
fn stand_in() -> Option<PathBuf> {
    None
}

#[cfg(test)]
fn stand_in() -> Option<PathBuf> {
    Some(tests::path())
}

/// The calibration that was kept, or the built-in one: silently if there is none, with a warning if there is one that
/// cannot be read, that is damaged, or that is of another version of the library or another machine.
pub fn load_calibration() -> Calibration {
    let found = calibration_path().map_or(Ok(None), |path| load(&path));
    match found {
        Ok(Some(model)) => {
            Calibration { model, source: CalibrationSource::Measured, warning: None }
        }
        Ok(None) => assumed(None),
        Err(warning) => assumed(Some(warning)),
    }
}

fn assumed(warning: Option<String>) -> Calibration {
    Calibration { model: CostModel::default(), source: CalibrationSource::Default, warning }
}

/// Keeps a calibration for [`load_calibration`], and says in which file. Whoever reads at the same time finds the old or
/// the new one whole.
///
/// # Errors
/// `INVALID_COST_MODEL`, `NOT_SAVED`.
pub fn save_calibration(model: &CostModel) -> Result<PathBuf, ExecError> {
    model.check()?;
    let Some(path) = calibration_path() else {
        let reason = "there is no directory for the user's cached files".into();
        return Err(ExecError::NotSaved { path: "the calibration".into(), reason });
    };
    let not_saved = |error: std::io::Error| ExecError::NotSaved {
        path: path.display().to_string(),
        reason: error.to_string(),
    };
    save(&path, model).map_err(not_saved)?;
    Ok(path)
}

fn save(path: &Path, model: &CostModel) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let kept = Kept { library: LIBRARY.into(), model: model.clone() };
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec(&kept)?)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// The model in a file, or why there is none.
fn load(path: &Path) -> Result<Option<CostModel>, String> {
    let ignored = |what: String| {
        format!("the calibration in {} is ignored: {what}; calibrate again", path.display())
    };
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ignored(format!("it cannot be read ({error})"))),
    };
    let damaged = |error: &dyn std::fmt::Display| ignored(format!("it is damaged ({error})"));
    let kept: serde_json::Value = serde_json::from_slice(&text).map_err(|error| damaged(&error))?;
    // The version first, for another version may have another form.
    if let Some(library) = kept.get("library").and_then(serde_json::Value::as_str)
        && library != LIBRARY
    {
        let versions = format!("it is of version {library} of the library, which is {LIBRARY} now");
        return Err(ignored(versions));
    }
    let kept: Kept = serde_json::from_value(kept).map_err(|error| damaged(&error))?;
    kept.model.check().map_err(|error| damaged(&error))?;
    if kept.model.machine != machine() {
        let machines = format!("it is of another machine ({})", kept.model.machine);
        return Err(ignored(machines));
    }
    Ok(Some(kept.model))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::cell::RefCell;

    thread_local! {
        static PATH: RefCell<PathBuf> = RefCell::new(PathBuf::from("no calibration in tests"));
    }

    /// The file that stands for the user's on this thread, so that what a developer has measured changes no test.
    pub(super) fn path() -> PathBuf {
        PATH.with_borrow(PathBuf::clone)
    }

    /// Lets `run` find and keep the calibration in a folder that is empty before and gone behind.
    pub(crate) fn in_own_folder<T>(run: impl FnOnce(&Path) -> T) -> T {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("calibration.json");
        let before = PATH.replace(own.clone());
        let result = run(&own);
        PATH.set(before);
        result
    }

    #[test]
    fn what_is_kept_is_found_until_it_is_damaged_and_then_replaced() {
        in_own_folder(|path| {
            assert_eq!(load_calibration(), assumed(None));
            assert_eq!(save_calibration(&measured()).as_deref(), Ok(path));
            assert_eq!(load_calibration().measured(), Some(&measured()));
            fs::write(path, "{").unwrap();
            let found = load_calibration();
            assert!(found.warning.as_ref().unwrap().contains("is damaged"), "{found:?}");
            assert_eq!((found.measured(), &found.model), (None, &CostModel::default()));
            save_calibration(&measured()).unwrap();
            assert_eq!(load_calibration().warning, None);
        });
    }

    /// A model of this machine.
    pub(crate) fn measured() -> CostModel {
        CostModel { machine: machine(), ..CostModel::default() }
    }

    /// What loading says of a file with that text.
    fn loaded(text: &str) -> Result<Option<CostModel>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calibration.json");
        fs::write(&path, text).unwrap();
        load(&path)
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("not/yet/there.json");
        assert_eq!(load(&path), Ok(None));
        save(&path, &measured()).unwrap();
        assert_eq!(load(&path), Ok(Some(measured())));
        let again = CostModel { element_bytes: 4, ..measured() };
        save(&path, &again).unwrap();
        assert_eq!(load(&path), Ok(Some(again)));
        let files: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(files.len(), 1, "{files:?}");
    }

    #[test]
    fn damage_is_said_wherever_it_is() {
        let text = serde_json::to_string(&Kept { library: LIBRARY.into(), model: measured() });
        let text = text.unwrap();
        assert_eq!(loaded(&text), Ok(Some(measured())));
        for end in (0..text.len()).step_by(97) {
            let warning = loaded(&text[..end]).unwrap_err();
            assert!(warning.contains("is damaged") && warning.contains("calibrate again"));
        }
        let cases = [
            (r#""peak":"#, r#""peak":-"#),
            (r#""threads":"#, r#""threads":-"#),
            (r#""version":2"#, r#""version":9"#),
            (r#""lanes""#, r#""lines""#),
            ("[", "[null,"),
        ];
        for (from, to) in cases {
            assert!(text.contains(from), "{from}");
            let warning = loaded(&text.replacen(from, to, 1)).unwrap_err();
            assert!(warning.contains("is damaged"), "{warning}");
        }
        for noise in ["", "null", "[]", "{}", "\u{0}", "\u{feff}{}", "1e999", r#"{"library":1}"#] {
            assert!(loaded(noise).unwrap_err().contains("is damaged"), "{noise:?}");
        }
    }

    #[test]
    fn files_of_other_versions_and_machines_are_told_apart() {
        let kept = |library: &str, model| Kept { library: library.into(), model };
        let text = |kept| serde_json::to_string(&kept).unwrap();
        let old = loaded(&text(kept("0.0.1", measured()))).unwrap_err();
        assert!(old.contains("it is of version 0.0.1 of the library"), "{old}");
        assert!(loaded(r#"{"library":"9.9.9","other":[1]}"#).unwrap_err().contains("9.9.9"));
        let other = CostModel { machine: "an abacus".into(), ..measured() };
        let other = loaded(&text(kept(LIBRARY, other))).unwrap_err();
        assert!(other.contains("another machine (an abacus)"), "{other}");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_said() {
        let folder = tempfile::tempdir().unwrap();
        assert!(load(folder.path()).unwrap_err().contains("cannot be read"));
        assert!(save(&folder.path().join(""), &measured()).is_err());
    }
}
