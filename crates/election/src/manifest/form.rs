//! What each field of the manifest is, as a table: by it every fault of form is named at once (§12.1).
//!
//! [`strict`](super::strict) alone decides whether a document has the form. This table only explains a refusal, and mends
//! a copy of the document, so that the rules about contents can be looked at too.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::key::PublicKey;
use super::loose::Loose;
use super::time::Time;
use crate::rule::fraction::Fraction;

/// What is to stand at a place.
enum Form {
    Bool,
    U16,
    U32,
    Word,
    OneOf(&'static [&'static str]),
    Key,
    Time,
    Fraction,
    /// A text in every language.
    Texts,
    OrNull(&'static Form),
    List(&'static Form),
    Two(&'static Form),
    Object(Fields),
    /// An object whose `kind` says which fields it has.
    Kinds(&'static [(&'static str, Fields)]),
}

type Fields = &'static [(&'static str, Form)];

/// A fault of form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FormFault {
    /// The path of what is to be changed.
    pub(super) place: String,
    /// What is wrong.
    pub(super) what: String,
    /// How to put it right.
    pub(super) remedy: String,
}

/// Every fault of form, and the document with each of them mended: those places say nothing.
pub(super) fn explain(written: &Loose) -> (Vec<FormFault>, Value) {
    let mut faults = Vec::new();
    let mended = mend(written, &DOCUMENT, "", &mut faults);
    (faults, mended)
}

const OPTION: Form = Form::Object(&[("id", Form::Word), ("label", Form::Texts)]);
const OPTIONS: Form = Form::List(&OPTION);
const BLANK: Form = Form::OrNull(&Form::Texts);
const SENTENCE: Form = Form::OrNull(&Form::Texts);
const PLURALITY: Form = Form::OneOf(&["plurality"]);
const TOTAL: Form = Form::OneOf(&["greatest_total"]);
const MEMBERS: Form = Form::List(&Form::Object(&[("name", Form::Word), ("key", Form::Key)]));

const CONTEST: Form = Form::Kinds(&[
    (
        "yes_no_blank",
        &[
            ("id", Form::Word),
            ("question", Form::Texts),
            ("yes", Form::Texts),
            ("no", Form::Texts),
            ("blank", Form::Texts),
        ],
    ),
    (
        "yes_no_both_none",
        &[
            ("id", Form::Word),
            ("question", Form::Texts),
            ("yes", Form::Texts),
            ("no", Form::Texts),
            ("both", Form::Texts),
            ("none", Form::Texts),
        ],
    ),
    (
        "single_choice",
        &[
            ("id", Form::Word),
            ("question", Form::Texts),
            ("options", OPTIONS),
            ("blank", BLANK),
            ("method", PLURALITY),
            ("places", Form::U16),
        ],
    ),
    (
        "approval",
        &[
            ("id", Form::Word),
            ("question", Form::Texts),
            ("options", OPTIONS),
            ("blank", BLANK),
            ("minimum", Form::U32),
            ("maximum", Form::U32),
            ("method", PLURALITY),
            ("places", Form::U16),
        ],
    ),
    (
        "score",
        &[
            ("id", Form::Word),
            ("question", Form::Texts),
            ("options", OPTIONS),
            ("blank", BLANK),
            ("maximum", Form::U32),
            ("method", TOTAL),
            ("places", Form::U16),
        ],
    ),
    (
        "cumulative",
        &[
            ("id", Form::Word),
            ("question", Form::Texts),
            ("options", OPTIONS),
            ("blank", BLANK),
            ("budget", Form::U32),
            ("minimum", Form::U32),
            ("maximum", Form::U32),
            ("method", TOTAL),
            ("places", Form::U16),
        ],
    ),
    (
        "quadratic",
        &[
            ("id", Form::Word),
            ("question", Form::Texts),
            ("options", OPTIONS),
            ("blank", BLANK),
            ("budget", Form::U32),
            ("method", TOTAL),
            ("places", Form::U16),
        ],
    ),
    (
        "borda",
        &[
            ("id", Form::Word),
            ("question", Form::Texts),
            ("options", OPTIONS),
            ("blank", BLANK),
            ("method", TOTAL),
            ("places", Form::U16),
        ],
    ),
    (
        "condorcet",
        &[
            ("id", Form::Word),
            ("question", Form::Texts),
            ("options", OPTIONS),
            ("blank", BLANK),
            ("method", Form::OneOf(&["schulze", "ranked_pairs"])),
            ("places", Form::U16),
        ],
    ),
]);

const CONDITION: Form = Form::Kinds(&[
    ("turnout", &[("of_eligible", Form::Fraction), ("strict", Form::Bool), ("no_data", Form::Bool)]),
    (
        "majority",
        &[
            ("of", Form::OneOf(&["participants", "valid", "eligible"])),
            ("fraction", Form::Fraction),
            ("strict", Form::Bool),
        ],
    ),
    ("regions", &[("fraction", Form::Fraction), ("strict", Form::Bool), ("no_data", Form::Bool)]),
]);

const REGION: Form = Form::Object(&[
    ("id", Form::Word),
    ("name", Form::Texts),
    ("sibling", Form::OrNull(&Form::Word)),
    ("always_opened", Form::Bool),
    ("voter_weight", Form::U32),
    ("region_votes", Form::Fraction),
]);

const DOCUMENT: Form = Form::Object(&[
    ("protocol", Form::OneOf(&["plebiscite/v1"])),
    ("test", Form::Bool),
    ("binding", Form::Bool),
    ("languages", Form::List(&Form::Word)),
    ("title", Form::Texts),
    ("contests", Form::List(&CONTEST)),
    ("regions", Form::List(&REGION)),
    (
        "privacy",
        Form::Object(&[
            ("minimum_cell", Form::U32),
            ("minimum_eligible", Form::U32),
            ("small_numbers_sentence", SENTENCE),
            ("small_poll", SENTENCE),
        ]),
    ),
    ("rules", Form::List(&Form::Object(&[("contest", Form::Word), ("conditions", Form::List(&CONDITION))]))),
    (
        "tie_breaks",
        Form::List(&Form::Object(&[
            ("contest", Form::Word),
            ("between", Form::Two(&Form::Word)),
            ("regions", Form::Bool),
        ])),
    ),
    ("officials", Form::Object(&[("quorum", Form::U16), ("keys", MEMBERS)])),
    (
        "trustees",
        Form::Object(&[
            ("threshold", Form::U16),
            ("members", MEMBERS),
            ("one_trustee_can_block", SENTENCE),
            ("minority_can_read", SENTENCE),
        ]),
    ),
    ("registrars", Form::Object(&[("members", MEMBERS), ("one_registrar_can_vote", SENTENCE)])),
    ("roll", Form::Object(&[("maximum", Form::U32)])),
    ("board", Form::Object(&[("key", Form::Key)])),
    ("witnesses", Form::Object(&[("faulty", Form::U16), ("quorum", Form::U16), ("keys", MEMBERS)])),
    (
        "schedule",
        Form::Object(&[
            ("opens", Form::Time),
            ("closes", Form::Time),
            ("latest_close", Form::Time),
            ("earliest_early_close", Form::OrNull(&Form::Time)),
            ("grace_seconds", Form::U32),
        ]),
    ),
    ("shares_destroyed_after_days", Form::U32),
]);

impl Form {
    /// What is to stand there, in words.
    fn noun(&self) -> String {
        match self {
            Self::Bool => "true or false, without quotation marks".to_owned(),
            Self::U16 => "a whole number from 0 to 65535, without quotation marks".to_owned(),
            Self::U32 => "a whole number from 0 to 4294967295, without quotation marks".to_owned(),
            Self::Word => "a text in quotation marks".to_owned(),
            Self::OneOf(words) => one_of(words.iter().copied()),
            Self::Key => "a key: 64 lower-case hexadecimal digits in quotation marks".to_owned(),
            Self::Time => "a time in UTC such as \"2027-05-30T12:00:00Z\"".to_owned(),
            Self::Fraction => {
                "a fraction in lowest terms such as \"1/2\" or \"1\", in quotation marks".to_owned()
            }
            Self::Texts => "a text in every language, such as {\"en\": \"…\"}".to_owned(),
            Self::OrNull(form) => format!("{}, or null", form.noun()),
            Self::List(_) => "a list: [ … ]".to_owned(),
            Self::Two(form) => format!("a list of two, each {}", form.noun()),
            Self::Object(fields) => format!("an object with the fields {}", names(fields)),
            Self::Kinds(kinds) => {
                format!("an object whose kind is {}", one_of(kinds.iter().map(|kind| kind.0)))
            }
        }
    }

    /// What stands there in the mended document.
    fn nothing(&self) -> Value {
        match self {
            Self::Bool => json!(false),
            Self::U16 | Self::U32 => json!(0),
            Self::Word => json!(""),
            Self::OneOf(words) => json!(words.first()),
            Self::Key => json!("0".repeat(64)),
            Self::Time => json!("1970-01-01T00:00:00Z"),
            Self::Fraction => json!("1"),
            Self::Texts => json!({}),
            Self::OrNull(_) => Value::Null,
            Self::List(_) => json!([]),
            Self::Two(form) => json!([form.nothing(), form.nothing()]),
            Self::Object(fields) => Value::Object(empty(fields)),
            Self::Kinds(kinds) => kinds.first().map_or(Value::Null, |(kind, fields)| {
                let mut members = empty(fields);
                members.insert("kind".to_owned(), json!(kind));
                Value::Object(members)
            }),
        }
    }

    /// Whether a value is one of this form's: asked of the types that the document itself is read by.
    fn holds(&self, value: &Value) -> bool {
        fn reads<T: DeserializeOwned>(value: &Value) -> bool {
            serde_json::from_value::<T>(value.clone()).is_ok()
        }
        match self {
            Self::Bool => value.is_boolean(),
            Self::U16 => reads::<u16>(value),
            Self::U32 => reads::<u32>(value),
            Self::Word => value.is_string(),
            Self::OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            Self::Key => reads::<PublicKey>(value),
            Self::Time => reads::<Time>(value),
            Self::Fraction => reads::<Fraction>(value),
            Self::Texts
            | Self::OrNull(_)
            | Self::List(_)
            | Self::Two(_)
            | Self::Object(_)
            | Self::Kinds(_) => false,
        }
    }
}

fn empty(fields: Fields) -> Map<String, Value> {
    fields.iter().map(|(name, form)| ((*name).to_owned(), form.nothing())).collect()
}

fn names(fields: Fields) -> String {
    fields.iter().map(|field| field.0).collect::<Vec<_>>().join(", ")
}

fn one_of<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" or ")
}

/// `place.name`, or the name alone at the top.
fn below(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}

fn mend(written: &Loose, form: &Form, place: &str, faults: &mut Vec<FormFault>) -> Value {
    match (form, written) {
        (Form::OrNull(_), Loose::Null) => Value::Null,
        (Form::OrNull(form), other) => mend(other, form, place, faults),
        (Form::List(form), Loose::List(members)) => mend_list(members, form, place, faults),
        (Form::Two(form), Loose::List(members)) if members.len() == 2 => {
            mend_list(members, form, place, faults)
        }
        (Form::Texts, Loose::Object(members)) => mend_texts(members, place, faults),
        (Form::Object(fields), Loose::Object(members)) => {
            Value::Object(mend_object(members, fields, place, faults))
        }
        (Form::Kinds(kinds), Loose::Object(members)) => mend_kind(members, kinds, form, place, faults),
        (form, other) => match leaf(other).filter(|value| form.holds(value)) {
            Some(value) => value,
            None => {
                faults.push(wrong(form, other, place));
                form.nothing()
            }
        },
    }
}

fn leaf(written: &Loose) -> Option<Value> {
    match written {
        Loose::Bool(value) => Some(json!(value)),
        Loose::Number(value) => Some(json!(value)),
        Loose::Text(value) => Some(json!(value)),
        Loose::Null | Loose::OtherNumber | Loose::List(_) | Loose::Object(_) => None,
    }
}

fn wrong(form: &Form, found: &Loose, place: &str) -> FormFault {
    let shown = match found {
        Loose::Text(text) => format!("the text {text:?}"),
        Loose::Number(number) => format!("the number {number}"),
        other => other.noun().to_owned(),
    };
    FormFault {
        place: place.to_owned(),
        what: format!("{shown} stands where another form is expected"),
        remedy: format!("write {}", form.noun()),
    }
}

fn mend_list(members: &[Loose], form: &Form, place: &str, faults: &mut Vec<FormFault>) -> Value {
    let members = members.iter().enumerate();
    members.map(|(index, member)| mend(member, form, &format!("{place}[{index}]"), faults)).collect()
}

fn mend_texts(members: &[(String, Loose)], place: &str, faults: &mut Vec<FormFault>) -> Value {
    let mut texts = Map::new();
    for (language, text) in members {
        let at = below(place, language);
        if texts.contains_key(language) {
            faults.push(twice(&at));
            continue;
        }
        texts.insert(language.clone(), mend(text, &Form::Word, &at, faults));
    }
    Value::Object(texts)
}

fn mend_object(
    members: &[(String, Loose)],
    fields: Fields,
    place: &str,
    faults: &mut Vec<FormFault>,
) -> Map<String, Value> {
    let mut mended = Map::new();
    for (name, value) in members {
        let at = below(place, name);
        let Some((_, form)) = fields.iter().find(|field| field.0 == name) else {
            faults.push(unknown(&at, fields));
            continue;
        };
        if mended.contains_key(name) {
            faults.push(twice(&at));
            continue;
        }
        mended.insert(name.clone(), mend(value, form, &at, faults));
    }
    for (name, form) in fields {
        if !mended.contains_key(*name) {
            faults.push(FormFault {
                place: below(place, name),
                what: "the field is missing".to_owned(),
                remedy: format!("add \"{name}\": {}", form.noun()),
            });
            mended.insert((*name).to_owned(), form.nothing());
        }
    }
    mended
}

fn mend_kind(
    members: &[(String, Loose)],
    kinds: &[(&'static str, Fields)],
    form: &Form,
    place: &str,
    faults: &mut Vec<FormFault>,
) -> Value {
    let named = members.iter().find(|member| member.0 == "kind").map(|member| &member.1);
    let known = match named {
        Some(Loose::Text(kind)) => kinds.iter().find(|known| known.0 == kind),
        _ => None,
    };
    let Some((kind, fields)) = known else {
        faults.push(FormFault {
            // The whole of it is unknown where its kind is.
            place: place.to_owned(),
            what: match named {
                Some(Loose::Text(kind)) => format!("the kind {kind:?} is not known"),
                Some(_) => "the kind is not a text".to_owned(),
                None => "it has no kind".to_owned(),
            },
            remedy: format!("write {}", form.noun()),
        });
        return form.nothing();
    };
    let kinds_twice = members.iter().filter(|member| member.0 == "kind").count() > 1;
    if kinds_twice {
        faults.push(twice(&below(place, "kind")));
    }
    let rest: Vec<(String, Loose)> = members.iter().filter(|member| member.0 != "kind").cloned().collect();
    let mut mended = mend_object(&rest, fields, place, faults);
    mended.insert("kind".to_owned(), json!(kind));
    Value::Object(mended)
}

fn twice(place: &str) -> FormFault {
    FormFault {
        place: place.to_owned(),
        what: "the field stands twice".to_owned(),
        remedy: "keep one of the two".to_owned(),
    }
}

fn unknown(place: &str, fields: Fields) -> FormFault {
    FormFault {
        place: place.to_owned(),
        what: "no field of this name is known here".to_owned(),
        remedy: format!("take it out, or mend its name; the fields here are {}", names(fields)),
    }
}
