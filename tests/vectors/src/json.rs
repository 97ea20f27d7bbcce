//! The files' one form: JSON with hexadecimal bytes, read strictly by field name.

use plebiscite_crypto::group::{Point, PointBytes};
use serde_json::{Value, json};

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: impl AsRef<[u8]>) -> Value {
    Value::String(hex::encode(bytes))
}

/// A case that must be accepted.
#[must_use]
pub fn good(name: &str, kind: &str, fields: Value) -> Value {
    let mut case = fields;
    case["name"] = json!(name);
    case["kind"] = json!(kind);
    case["expect"] = json!("accepted");
    case
}

/// A case that must be refused by this name.
#[must_use]
pub fn bad(name: &str, kind: &str, error: &str, fields: Value) -> Value {
    let mut case = good(name, kind, fields);
    case["expect"] = json!("refused");
    case["error"] = json!(error);
    case
}

/// A file: cases of one topic.
#[must_use]
pub fn file(topic: &str, sections: &[&str], sources: &[&str], cases: Vec<Value>) -> Vec<u8> {
    let whole = json!({
        "version": 1, "topic": topic, "sections": sections, "sources": sources, "cases": cases,
    });
    let mut text = serde_json::to_vec_pretty(&whole).unwrap();
    text.push(b'\n');
    text
}

/// Reading fields: a missing or ill-typed one is a broken file, and stops the test.
pub trait Fields {
    /// A field.
    fn field(&self, name: &str) -> &Value;
    /// A field of bytes.
    fn bytes(&self, name: &str) -> Vec<u8>;
    /// A field of text.
    fn text(&self, name: &str) -> &str;
    /// A field that is a number.
    fn number(&self, name: &str) -> u64;
    /// A field that is a list.
    fn list(&self, name: &str) -> &[Value];
    /// A field of exactly so many bytes.
    fn array<const N: usize>(&self, name: &str) -> [u8; N] {
        self.bytes(name).try_into().unwrap()
    }
    /// A number that fits.
    fn small<T: TryFrom<u64>>(&self, name: &str) -> T
    where
        T::Error: std::fmt::Debug,
    {
        self.number(name).try_into().unwrap()
    }
}

impl Fields for Value {
    fn field(&self, name: &str) -> &Value {
        self.get(name).unwrap_or_else(|| unreachable!("no field {name} in {self}"))
    }
    fn bytes(&self, name: &str) -> Vec<u8> {
        unhex(self.field(name))
    }
    fn text(&self, name: &str) -> &str {
        self.field(name).as_str().unwrap()
    }
    fn number(&self, name: &str) -> u64 {
        self.field(name).as_u64().unwrap()
    }
    fn list(&self, name: &str) -> &[Value] {
        self.field(name).as_array().unwrap()
    }
}

/// The bytes of a hexadecimal text.
#[must_use]
pub fn unhex(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

/// A list of points that must decode.
#[must_use]
pub fn points(values: &[Value]) -> Vec<Point> {
    values.iter().map(|value| PointBytes(unhex(value).try_into().unwrap()).decode().unwrap()).collect()
}

/// An error's name: what its Debug form begins with.
#[must_use]
pub fn variant(error: &impl std::fmt::Debug) -> String {
    let text = format!("{error:?}");
    text.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}
