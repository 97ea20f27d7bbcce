//! `target/bench.json`: what this run measured, nested by its names' dots; what it did not measure is not there.

use serde_json::{Map, Value};

use crate::command::root;

/// Figures by name.
#[derive(Debug, Default)]
pub struct Figures(Map<String, Value>);

impl Figures {
    /// Notes a figure under a name like `audit.seconds`.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        let (group, last) = name.rsplit_once('.').unwrap_or(("", name));
        let mut place = &mut self.0;
        for part in group.split('.').filter(|part| !part.is_empty()) {
            let inner = place.entry(part).or_insert_with(|| Value::Object(Map::new()));
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            let Some(object) = inner.as_object_mut() else { return };
            place = object;
        }
        place.insert(last.to_owned(), value.into());
    }

    /// Writes the file anew.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub fn write(self) -> Result<(), String> {
        let file = root().join("target/bench.json");
        let text = serde_json::to_string_pretty(&Value::Object(self.0)).map_err(|error| error.to_string())?;
        std::fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_nested_by_the_dots_of_their_names() {
        let mut figures = Figures::default();
        figures.set("audit.seconds", 2.5);
        figures.set("audit.ballots", 7);
        figures.set("verify.o3.us_per_ballot", 30.0);
        figures.set("ceremony", 1);
        let expected = serde_json::json!({
            "audit": { "seconds": 2.5, "ballots": 7 },
            "verify": { "o3": { "us_per_ballot": 30.0 } },
            "ceremony": 1,
        });
        assert_eq!(Value::Object(figures.0), expected);
    }
}
