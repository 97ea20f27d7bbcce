//! JSON without second meanings (§12.1).
//!
//! A document is read into its bare shape, which refuses equal keys and every number that is not a whole one, and from there
//! into its type, field for field ([`typed`](super::typed)).

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

pub use super::typed::Typed;

/// Why bytes are not the JSON of a type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StrictFault {
    /// Not JSON, or JSON with equal keys, with fractions, or with negative numbers.
    #[error("not strict JSON: {0}")]
    Json(String),
    /// A field is unknown, missing, or of the wrong type.
    #[error("not the fields of the manifest: {0}")]
    Fields(String),
    /// Read, but written in a way that is not the one of this type.
    #[error("at {0}: a field is missing, or a list stands for an object")]
    Form(String),
}

/// Reads `bytes` as exactly one `T`.
///
/// # Errors
/// [`StrictFault`]. Public bytes only: not constant time.
pub fn read<T: Typed>(bytes: &[u8]) -> Result<T, StrictFault> {
    let written: Shape = serde_json::from_slice(bytes).map_err(|e| StrictFault::Json(e.to_string()))?;
    Ok(T::typed(written)?)
}

/// JSON as it stands, with whole numbers only and no key twice in an object.
#[derive(Debug, PartialEq, Eq)]
pub enum Shape {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Number(u64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Shape>),
    /// An object's members.
    Object(BTreeMap<String, Shape>),
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, true, false, a whole number, a text, a list or an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Shape, E> {
        Ok(Shape::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Shape, E> {
        Ok(Shape::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Shape, E> {
        Ok(Shape::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Shape, E> {
        Ok(Shape::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Shape, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = list.next_element()? {
            members.push(member);
        }
        Ok(Shape::List(members))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Shape, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((key, value)) = object.next_entry::<String, Shape>()? {
            if fields.contains_key(&key) {
                return Err(A::Error::custom(format!("the key {key:?} stands twice")));
            }
            fields.insert(key, value);
        }
        Ok(Shape::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::typed::{Fields, Wrong, kinds, object};

    #[derive(Debug, PartialEq)]
    struct Outer {
        count: u64,
        names: BTreeMap<String, String>,
        maybe: Option<String>,
        inner: Vec<Inner>,
    }

    #[derive(Debug, PartialEq)]
    enum Inner {
        Plain { width: u32 },
    }

    object!(Outer { count, names, maybe, inner });
    kinds!(Inner { "plain" => Plain { width } });

    const GOOD: &str =
        r#"{"count":7,"names":{"a":"A","b":"B"},"maybe":null,"inner":[{"kind":"plain","width":3}]}"#;

    fn with(from: &str, to: &str) -> Result<Outer, StrictFault> {
        assert!(GOOD.contains(from), "{from}");
        read(GOOD.replacen(from, to, 1).as_bytes())
    }

    #[test]
    fn order_of_fields_white_space_and_escapes_are_free() {
        let good: Outer = read(GOOD.as_bytes()).unwrap();
        assert_eq!(with(r#""a":"A","b":"B""#, " \"b\":\"\\u0042\",\n\"a\":\"A\""), Ok(good));
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_at_every_depth() {
        for (from, to) in [
            (r#""count":7"#, r#""count":7,"count":7"#),
            (r#""a":"A""#, r#""a":"A","a":"A""#),
            (r#""a":"A""#, "\"a\":\"A\",\"\\u0061\":\"Z\""),
            (r#""width":3"#, r#""width":3,"width":3"#),
            (r#""kind":"plain""#, r#""kind":"plain","kind":"plain""#),
        ] {
            let fault = with(from, to).unwrap_err();
            assert!(
                matches!(&fault, StrictFault::Json(reason) if reason.contains("stands twice")),
                "{fault}"
            );
        }
    }

    #[test]
    fn only_whole_numbers_of_64_bits_are_numbers() {
        for number in
            ["7.0", "7e0", "1e2", "-0", "-7", "18446744073709551616", "NaN", "Infinity", "07", "0x7"]
        {
            let fault = with(r#""count":7"#, &format!(r#""count":{number}"#)).unwrap_err();
            assert!(matches!(fault, StrictFault::Json(_)), "{number}: {fault}");
        }
        assert_eq!(with(":7", ":18446744073709551615").unwrap().count, u64::MAX);
        assert!(matches!(with(r#""width":3"#, r#""width":4294967296"#), Err(StrictFault::Fields(_))));
        assert!(matches!(with(":7", r#":"7""#), Err(StrictFault::Fields(_))));
    }

    #[test]
    fn unknown_and_missing_fields_are_refused() {
        for (from, to) in [
            (r#""count":7"#, r#""count":7,"more":1"#),
            (r#""width":3"#, r#""width":3,"more":1"#),
            (r#""count":7,"#, ""),
        ] {
            assert!(matches!(with(from, to), Err(StrictFault::Fields(_))), "{to}");
        }
        assert_eq!(with(r#""maybe":null,"#, ""), Err(StrictFault::Form(".maybe".into())));
    }

    #[test]
    fn a_list_is_no_object() {
        assert_eq!(
            with(r#"{"kind":"plain","width":3}"#, r#"["plain",3]"#),
            Err(StrictFault::Form(".inner[0]".into()))
        );
        let list: Result<Outer, _> = read(br#"[7,{},null,[]]"#);
        assert_eq!(list, Err(StrictFault::Form(String::new())));
    }

    #[test]
    fn bytes_that_are_not_one_json_text_are_refused() {
        let refused = |bytes: &[u8]| matches!(read::<Outer>(bytes), Err(StrictFault::Json(_)));
        let deep = [vec![b'['; 200], vec![b']'; 200]].concat();
        let bom = [b"\xEF\xBB\xBF", GOOD.as_bytes()].concat();
        let latin = GOOD
            .replace("\"A\"", "\"?\"")
            .into_bytes()
            .iter()
            .map(|&b| if b == b'?' { 0xE4 } else { b })
            .collect::<Vec<_>>();
        let trailing = [GOOD.as_bytes(), b"x"].concat();
        let cut = GOOD.as_bytes().split_last().unwrap().1;
        for bytes in [&deep, &bom, &latin, &trailing] {
            assert!(refused(bytes));
        }
        assert!(refused(cut) && refused(b"") && refused(b"{'a':1}") && refused(br#"{"a":"\ud800"}"#));
        let newline = [GOOD.as_bytes(), b"\n"].concat();
        assert!(read::<Outer>(&newline).is_ok());
    }
}
