//! `target/bench.json`: what was measured in one run, nested. What was not measured in it is not there.

use serde_json::{Map, Value};

use crate::command::root;

/// The figures so far.
#[derive(Debug, Default)]
pub struct Figures(Map<String, Value>);

impl Figures {
    /// None yet; and the file of an earlier run is removed, so that none of its figures is taken for one of this run.
    ///
    /// # Errors
    /// A sentence, where the file cannot be removed.
    pub fn begin() -> Result<Self, String> {
        let file = root().join("target/bench.json");
        if file.exists() {
            std::fs::remove_file(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        }
        Ok(Self::default())
    }

    /// Sets one figure by its path, `audit.seconds` for `{"audit": {"seconds": …}}`, and writes the file: what fails later
    /// in the run does not take it away.
    ///
    /// # Errors
    /// A sentence, where the file cannot be written.
    pub fn set(&mut self, path: &[&str], value: Value) -> Result<(), String> {
        put(&mut self.0, path, value);
        let file = root().join("target/bench.json");
        let text = serde_json::to_string_pretty(&self.0).map_err(|error| error.to_string())?;
        std::fs::write(&file, text + "\n").map_err(|error| format!("{}: {error}", file.display()))
    }
}

fn put(object: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [] => (),
        [name] => drop(object.insert((*name).to_owned(), value)),
        [name, rest @ ..] => {
            let below = object.entry((*name).to_owned()).or_insert_with(|| Value::Object(Map::new()));
            if !below.is_object() {
                *below = Value::Object(Map::new());
            }
            if let Some(below) = below.as_object_mut() {
                put(below, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_are_nested_by_their_paths_and_keep_their_neighbours() {
        let mut figures = Map::new();
        put(&mut figures, &["audit", "seconds"], json!(58.5));
        put(&mut figures, &["verify", "o3", "us_per_ballot"], json!(25.6));
        put(&mut figures, &["verify", "o5"], json!({"us_per_ballot": 33.2}));
        put(&mut figures, &["audit", "ballots"], json!(1_226_658));
        put(&mut figures, &["audit", "seconds"], json!(57.0));
        let expected = json!({
            "audit": {"seconds": 57.0, "ballots": 1_226_658},
            "verify": {"o3": {"us_per_ballot": 25.6}, "o5": {"us_per_ballot": 33.2}},
        });
        assert_eq!(Value::Object(figures), expected);
    }
}
