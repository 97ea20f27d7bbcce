//! A manifest in several languages, and with the regions of a real vote.

use std::path::Path;

use plebiscite_election::manifest::document::Document;
use serde_json::Value;

use crate::{Shape, document};

/// A document's bytes with every text in these languages, of which the first stands for all.
#[must_use]
pub fn in_languages(document: &Document, languages: &[&str]) -> Vec<u8> {
    let mut value = serde_json::to_value(document).unwrap();
    value["languages"] = languages.iter().map(|tag| Value::from(*tag)).collect();
    repeat(&mut value, languages);
    serde_json::to_vec_pretty(&value).unwrap()
}

/// Texts are the objects whose one key is `en`.
fn repeat(value: &mut Value, languages: &[&str]) {
    match value {
        Value::Object(fields) if fields.len() == 1 && fields.get("en").is_some_and(Value::is_string) => {
            let text = fields["en"].clone();
            fields.clear();
            languages.iter().for_each(|tag| drop(fields.insert((*tag).to_owned(), text.clone())));
        }
        Value::Object(fields) => fields.values_mut().for_each(|value| repeat(value, languages)),
        Value::Array(list) => list.iter_mut().for_each(|value| repeat(value, languages)),
        _ => (),
    }
}

/// The document of a shape whose regions are the first cantons of the Swiss vote of 1970, by their codes and names.
#[must_use]
pub fn of_cantons(shape: &Shape) -> Document {
    let mut document = document(shape);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/referendum-ch-1970-06-07-no220.csv");
    let text = std::fs::read_to_string(file).unwrap();
    for (region, row) in document.regions.iter_mut().zip(text.lines().skip(1)) {
        let mut cells = row.split(',');
        let (name, code) = (cells.next().unwrap(), cells.next().unwrap());
        region.id = code.to_owned();
        region.name.0.values_mut().for_each(|text| *text = name.to_owned());
    }
    document
}
