//! From JSON as it stands to the types of the manifest, field by field (§12.1).
//!
//! By hand and not by serde's derived code: that accepts a list for an object and takes a missing field for `null`, so that
//! whatever it read had to be printed and compared; and its readers, buffers and printers, one for each type, were more code
//! than anything else that a voter's browser loads. Here an object has exactly the fields named, and one reader serves all.

use std::collections::BTreeMap;

use super::document::{
    Base, Board, Condition, Document, Member, Officials, Privacy, Region, Registrars, Roll, Rule, Schedule,
    Text, Trustees, Witnesses,
};
use super::key::PublicKey;
use super::question::{
    ContestDocument, OptionDocument, PluralityMethod, RankedMethod, TieBreak, TotalMethod,
};
use super::strict::{Shape, StrictFault};
use super::time::Time;
use crate::rule::fraction::Fraction;

/// What can be read from JSON in one way only.
pub trait Typed: Sized {
    /// What a field says that is not written, where it may be `null`; such a document is refused all the same.
    const UNWRITTEN: Option<Self> = None;

    /// The value.
    ///
    /// # Errors
    /// Where which rule of §12.1 is broken first.
    fn typed(shape: Shape) -> Result<Self, Wrong>;
}

/// What is wrong. The place is put together on the way out.
#[derive(Debug)]
pub struct Wrong {
    place: String,
    what: What,
}

#[derive(Debug)]
enum What {
    /// Not the fields of this place, or not of their types.
    Fields(String),
    /// A list that stands for an object, or a field that may be `null` and is not written.
    Form,
}

impl Wrong {
    pub(super) fn fields(what: impl Into<String>) -> Self {
        Self { place: String::new(), what: What::Fields(what.into()) }
    }

    fn form() -> Self {
        Self { place: String::new(), what: What::Form }
    }

    pub(super) fn at(mut self, key: &str) -> Self {
        self.place.insert_str(0, key);
        self.place.insert(0, '.');
        self
    }

    fn at_index(mut self, index: usize) -> Self {
        self.place.insert_str(0, &format!("[{index}]"));
        self
    }
}

impl From<Wrong> for StrictFault {
    fn from(Wrong { place, what }: Wrong) -> Self {
        match what {
            What::Fields(what) if place.is_empty() => Self::Fields(what),
            What::Fields(what) => Self::Fields(format!("at {place}: {what}")),
            What::Form => Self::Form(place),
        }
    }
}

/// The fields of an object that nobody has asked for yet.
pub(super) struct Fields {
    left: BTreeMap<String, Shape>,
    unwritten: Option<&'static str>,
}

impl Fields {
    pub(super) fn of(shape: Shape) -> Result<Self, Wrong> {
        match shape {
            Shape::Object(left) => Ok(Self { left, unwritten: None }),
            Shape::List(_) => Err(Wrong::form()),
            _ => Err(Wrong::fields("not an object")),
        }
    }

    pub(super) fn take<T: Typed>(&mut self, name: &'static str) -> Result<T, Wrong> {
        match (self.left.remove(name), T::UNWRITTEN) {
            (Some(shape), _) => T::typed(shape).map_err(|wrong| wrong.at(name)),
            (None, Some(value)) => {
                self.unwritten = self.unwritten.or(Some(name));
                Ok(value)
            }
            (None, None) => Err(Wrong::fields(format!("the field `{name}` is missing"))),
        }
    }

    /// There is no other field.
    pub(super) fn end(self) -> Result<(), Wrong> {
        match (self.left.into_keys().next(), self.unwritten) {
            (Some(name), _) => Err(Wrong::fields(format!("there is no field `{name}`"))),
            (None, Some(name)) => Err(Wrong::form().at(name)),
            (None, None) => Ok(()),
        }
    }
}

/// An object with exactly these fields.
macro_rules! object {
    ($type:ident { $($field:ident),+ }) => {
        impl Typed for $type {
            fn typed(shape: Shape) -> Result<Self, Wrong> {
                let mut fields = Fields::of(shape)?;
                let object = Self { $($field: fields.take(stringify!($field))?),+ };
                fields.end().map(|()| object)
            }
        }
    };
}

/// An object whose field `kind` says which other fields it has.
macro_rules! kinds {
    ($type:ident { $($kind:literal => $variant:ident { $($field:ident),+ }),+ }) => {
        impl Typed for $type {
            fn typed(shape: Shape) -> Result<Self, Wrong> {
                let mut fields = Fields::of(shape)?;
                let kind: String = fields.take("kind")?;
                let object = match kind.as_str() {
                    $($kind => Self::$variant { $($field: fields.take(stringify!($field))?),+ },)+
                    _ => return Err(Wrong::fields(format!("there is no kind `{kind}`")).at("kind")),
                };
                fields.end().map(|()| object)
            }
        }
    };
}

/// One of these words.
macro_rules! words {
    ($type:ident { $($word:literal => $variant:ident),+ }) => {
        impl Typed for $type {
            fn typed(shape: Shape) -> Result<Self, Wrong> {
                match String::typed(shape)?.as_str() {
                    $($word => Ok(Self::$variant),)+
                    word => Err(Wrong::fields(format!("`{word}` is none of the words that may stand here"))),
                }
            }
        }
    };
}

#[cfg(test)]
pub(super) use {kinds, object};

impl Typed for bool {
    fn typed(shape: Shape) -> Result<Self, Wrong> {
        if let Shape::Bool(value) = shape { Ok(value) } else { Err(Wrong::fields("not true or false")) }
    }
}

impl Typed for u64 {
    fn typed(shape: Shape) -> Result<Self, Wrong> {
        if let Shape::Number(value) = shape { Ok(value) } else { Err(Wrong::fields("not a whole number")) }
    }
}

impl Typed for u32 {
    fn typed(shape: Shape) -> Result<Self, Wrong> {
        Self::try_from(u64::typed(shape)?).map_err(|_| Wrong::fields("not below 2^32"))
    }
}

impl Typed for u16 {
    fn typed(shape: Shape) -> Result<Self, Wrong> {
        Self::try_from(u64::typed(shape)?).map_err(|_| Wrong::fields("not below 2^16"))
    }
}

impl Typed for String {
    fn typed(shape: Shape) -> Result<Self, Wrong> {
        if let Shape::Text(text) = shape { Ok(text) } else { Err(Wrong::fields("not a text")) }
    }
}

impl<T: Typed> Typed for Option<T> {
    const UNWRITTEN: Option<Self> = Some(None);

    fn typed(shape: Shape) -> Result<Self, Wrong> {
        if shape == Shape::Null { Ok(None) } else { T::typed(shape).map(Some) }
    }
}

impl<T: Typed> Typed for Vec<T> {
    fn typed(shape: Shape) -> Result<Self, Wrong> {
        let Shape::List(members) = shape else { return Err(Wrong::fields("not a list")) };
        let mut list = Self::with_capacity(members.len());
        for (index, member) in members.into_iter().enumerate() {
            list.push(T::typed(member).map_err(|wrong| wrong.at_index(index))?);
        }
        Ok(list)
    }
}

impl Typed for [String; 2] {
    fn typed(shape: Shape) -> Result<Self, Wrong> {
        Self::try_from(Vec::typed(shape)?).map_err(|_| Wrong::fields("not two"))
    }
}

impl Typed for BTreeMap<String, String> {
    fn typed(shape: Shape) -> Result<Self, Wrong> {
        let mut texts = Self::new();
        for (key, shape) in Fields::of(shape)?.left {
            let text = String::typed(shape).map_err(|wrong| wrong.at(&key))?;
            texts.insert(key, text);
        }
        Ok(texts)
    }
}

impl Typed for Text {
    fn typed(shape: Shape) -> Result<Self, Wrong> {
        BTreeMap::typed(shape).map(Self)
    }
}

impl Typed for PublicKey {
    fn typed(shape: Shape) -> Result<Self, Wrong> {
        Self::parse(&String::typed(shape)?).map_err(|fault| Wrong::fields(fault.to_string()))
    }
}

impl Typed for Time {
    fn typed(shape: Shape) -> Result<Self, Wrong> {
        Self::parse(&String::typed(shape)?).map_err(|fault| Wrong::fields(fault.to_string()))
    }
}

impl Typed for Fraction {
    fn typed(shape: Shape) -> Result<Self, Wrong> {
        Self::parse(&String::typed(shape)?).map_err(|fault| Wrong::fields(fault.to_string()))
    }
}

object!(Document {
    protocol,
    test,
    binding,
    languages,
    title,
    contests,
    regions,
    privacy,
    rules,
    tie_breaks,
    officials,
    trustees,
    registrars,
    roll,
    board,
    witnesses,
    schedule,
    shares_destroyed_after_days
});
object!(Region { id, name, sibling, always_opened, voter_weight, region_votes });
object!(Privacy { minimum_cell, minimum_eligible, small_numbers_sentence, small_poll });
object!(Rule { contest, conditions });
object!(Member { name, key });
object!(Officials { quorum, keys });
object!(Trustees { threshold, members, one_trustee_can_block, minority_can_read });
object!(Registrars { members, one_registrar_can_vote });
object!(Roll { maximum });
object!(Board { key });
object!(Witnesses { faulty, quorum, keys });
object!(Schedule { opens, closes, latest_close, earliest_early_close, grace_seconds });
object!(OptionDocument { id, label });
object!(TieBreak { contest, between, regions });

kinds!(Condition {
    "turnout" => Turnout { of_eligible, strict, no_data },
    "majority" => Majority { of, fraction, strict },
    "regions" => Regions { fraction, strict, no_data }
});
kinds!(ContestDocument {
    "yes_no_blank" => YesNoBlank { id, question, yes, no, blank },
    "yes_no_both_none" => YesNoBothNone { id, question, yes, no, both, none },
    "single_choice" => SingleChoice { id, question, options, blank, method, places },
    "approval" => Approval { id, question, options, blank, minimum, maximum, method, places },
    "score" => Score { id, question, options, blank, maximum, method, places },
    "cumulative" => Cumulative { id, question, options, blank, budget, minimum, maximum, method, places },
    "quadratic" => Quadratic { id, question, options, blank, budget, method, places },
    "borda" => Borda { id, question, options, blank, method, places },
    "condorcet" => Condorcet { id, question, options, blank, method, places }
});

words!(Base { "participants" => Participants, "valid" => Valid, "eligible" => Eligible });
words!(PluralityMethod { "plurality" => Plurality });
words!(TotalMethod { "greatest_total" => GreatestTotal });
words!(RankedMethod { "schulze" => Schulze, "ranked_pairs" => RankedPairs });

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::manifest::{fixture, strict};

    /// A document with every kind of question and of condition.
    fn everything() -> Value {
        let mut document = serde_json::to_value(fixture::document()).unwrap();
        let text = || json!({ "de": "Wie?", "fr": "Comment?" });
        let options = || json!([{ "id": "a", "label": text() }, { "id": "b", "label": text() }]);
        let head = |kind: &str| json!({ "kind": kind, "id": kind, "question": text() });
        let of = |kind: &str, more: Value| {
            let mut contest = head(kind);
            contest.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
            contest
        };
        let chosen = |kind: &str, method: &str, more: Value| {
            let mut contest = of(kind, more);
            let fields = json!({ "options": options(), "blank": text(), "method": method, "places": 1 });
            contest.as_object_mut().unwrap().append(&mut fields.as_object().unwrap().clone());
            contest
        };
        document["contests"] = json!([
            of("yes_no_blank", json!({ "yes": text(), "no": text(), "blank": text() })),
            of("yes_no_both_none", json!({ "yes": text(), "no": text(), "both": text(), "none": text() })),
            chosen("single_choice", "plurality", json!({})),
            chosen("approval", "plurality", json!({ "minimum": 0, "maximum": 2 })),
            chosen("score", "greatest_total", json!({ "maximum": 5 })),
            chosen("cumulative", "greatest_total", json!({ "budget": 5, "minimum": 0, "maximum": 5 })),
            chosen("quadratic", "greatest_total", json!({ "budget": 5 })),
            chosen("borda", "greatest_total", json!({})),
            chosen("condorcet", "ranked_pairs", json!({})),
        ]);
        document["rules"] = json!([{ "contest": "yes_no_blank", "conditions": [
            { "kind": "turnout", "of_eligible": "1/2", "strict": true, "no_data": false },
            { "kind": "majority", "of": "valid", "fraction": "1/2", "strict": true },
            { "kind": "regions", "fraction": "2/3", "strict": false, "no_data": true },
        ] }]);
        document["tie_breaks"] = json!([{ "contest": "a", "between": ["b", "c"], "regions": true }]);
        document
    }

    /// What serde's derived types read, and print back as it was written.
    fn by_serde(value: &Value) -> Option<Document> {
        let document: Document = serde_json::from_value(value.clone()).ok()?;
        (serde_json::to_value(&document).unwrap() == *value).then_some(document)
    }

    fn places(value: &Value, at: String, all: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(key, value)| places(value, format!("{at}/{key}"), all));
            }
            Value::Array(members) => {
                members.iter().enumerate().for_each(|(i, value)| places(value, format!("{at}/{i}"), all));
            }
            _ => {}
        }
        all.push(at);
    }

    fn changes(value: &Value) -> Vec<Value> {
        let mut changed = vec![
            json!(null),
            json!(true),
            json!(0),
            json!(65_536),
            json!(1_u64 << 32),
            json!(""),
            json!("valid"),
            json!("plurality"),
            json!("score"),
            json!("2/4"),
            json!("1"),
            json!("2028-02-29T23:59:59Z"),
            json!("AB".repeat(32)),
            json!("ab".repeat(32)),
            json!([]),
            json!({}),
            json!([value]),
            json!({ "de": "x" }),
            json!({ "plurality": null }),
        ];
        if let Value::Object(fields) = value {
            // A list of the fields' values, a further field, and each field left out or twice under another name.
            changed.push(fields.values().cloned().collect());
            let mut more = fields.clone();
            more.insert("strange".to_owned(), json!(1));
            changed.push(more.into());
            for key in fields.keys() {
                let mut fewer = fields.clone();
                let moved = fewer.remove(key).unwrap();
                changed.push(fewer.clone().into());
                fewer.insert(format!("{key}_"), moved);
                changed.push(fewer.into());
            }
        }
        if let Value::Array(members) = value {
            changed.push(members.iter().chain(members).cloned().collect());
            changed.push(members.iter().skip(1).cloned().collect());
        }
        changed
    }

    #[test]
    fn what_is_read_is_what_serde_reads_and_prints_back_and_nothing_else() {
        let good = everything();
        let read = |value: &Value| strict::read::<Document>(&serde_json::to_vec(value).unwrap());
        assert_eq!(read(&good).unwrap(), by_serde(&good).unwrap());
        let mut all = Vec::new();
        places(&good, String::new(), &mut all);
        let (mut accepted, mut refused) = (0, 0);
        for place in all {
            for change in changes(good.pointer(&place).unwrap()) {
                let mut changed = good.clone();
                *changed.pointer_mut(&place).unwrap() = change;
                let (ours, serdes) = (read(&changed), by_serde(&changed));
                assert_eq!(ours.as_ref().ok(), serdes.as_ref(), "{place}: {ours:?}");
                if ours.is_ok() { accepted += 1 } else { refused += 1 }
            }
        }
        assert!(accepted > 300 && refused > 3_000, "{accepted} accepted, {refused} refused");
    }

    /// What serde's derived types read of bytes, where they print it back as it was written; equal keys refused before.
    fn by_serde_of(bytes: &[u8]) -> Option<Document> {
        serde_json::from_slice::<Shape>(bytes).ok()?;
        let document: Document = serde_json::from_slice(bytes).ok()?;
        let written: Value = serde_json::from_slice(bytes).ok()?;
        (serde_json::to_value(&document).ok()? == written).then_some(document)
    }

    /// What is put into the text of a document, beside pieces of itself.
    const PIECES: [&[u8]; 40] = [
        b"null",
        b"true",
        b"false",
        b"0",
        b"-0",
        b"00",
        b"1e2",
        b"1E400",
        b"1.0",
        b"-1",
        b"65535",
        b"65536",
        b"4294967296",
        b"18446744073709551616",
        b"\"",
        b"\"\"",
        b"\\u0061",
        b"\\ud83d\\ude00",
        b"\\ud800",
        b"\\u0000",
        b"\\",
        b"\\x",
        b"\n",
        b"\t",
        b"\0",
        b"\xef\xbb\xbf",
        b"\xff",
        b" ",
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b":",
        b"[]",
        b"{}",
        b"\"kind\":",
        b"\"id\":\"a\",",
        b"/**/",
        b"NaN",
    ];

    #[test]
    fn of_bytes_that_are_changed_anywhere_the_same_are_read_as_by_serde() {
        let good = serde_json::to_vec(&everything()).unwrap();
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut below = |limit: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % limit as u64) as usize
        };
        let (mut accepted, mut refused) = (0, 0);
        for _ in 0..20_000 {
            let mut bytes = good.clone();
            for _ in 0..=below(3) {
                let at = below(bytes.len());
                let end = (at + below(6) * below(12)).min(bytes.len());
                match below(4) {
                    0 => drop(bytes.splice(at..end, PIECES[below(PIECES.len())].iter().copied())),
                    1 => drop(bytes.splice(at..at, PIECES[below(PIECES.len())].iter().copied())),
                    2 => drop(bytes.splice(at..end, [])),
                    _ => {
                        let piece = bytes[at..end].to_vec();
                        let to = below(bytes.len());
                        drop(bytes.splice(to..to, piece));
                    }
                }
                if bytes.is_empty() {
                    break;
                }
            }
            let ours = strict::read::<Document>(&bytes).ok();
            assert_eq!(ours, by_serde_of(&bytes), "{}", String::from_utf8_lossy(&bytes));
            if ours.is_some() { accepted += 1 } else { refused += 1 }
        }
        assert!(accepted > 300 && refused > 3_000, "{accepted} accepted, {refused} refused");
    }

    #[test]
    fn a_refusal_names_the_place() {
        let fault = |place: &str, value: Value| {
            let mut changed = everything();
            *changed.pointer_mut(place).unwrap() = value;
            strict::read::<Document>(&serde_json::to_vec(&changed).unwrap()).unwrap_err()
        };
        let fields = |words: &str| StrictFault::Fields(words.to_owned());
        assert_eq!(
            fault("/contests/2/options/1/label/de", json!(1)),
            fields("at .contests[2].options[1].label.de: not a text")
        );
        assert_eq!(
            fault("/contests/4/kind", json!("range")),
            fields("at .contests[4].kind: there is no kind `range`")
        );
        assert_eq!(fault("/officials/quorum", json!(65_536)), fields("at .officials.quorum: not below 2^16"));
        assert_eq!(fault("/roll", json!({})), fields("at .roll: the field `maximum` is missing"));
        assert_eq!(fault("/board", json!([])), StrictFault::Form(".board".to_owned()));
    }
}
