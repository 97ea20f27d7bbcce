//! Manifests: one that is accepted, and one broken rule in each of the others (§12).

use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::error::ManifestError;
use plebiscite_support::questions::counter_proposal;
use plebiscite_support::{Shape, document};
use serde_json::{Value, json};

use crate::json::{Fields, bad, file, good, hex, variant};

fn base() -> String {
    let shape = Shape { trustees: (2, 3), options: 3, ..Shape::default() };
    serde_json::to_string(&document(&shape)).unwrap()
}

/// A manifest of every kind of question and a tie-break.
fn kinds() -> String {
    let mut contests = crate::kinds::questions();
    for (number, contest) in contests.iter_mut().enumerate() {
        let mut value = serde_json::to_value(&*contest).unwrap();
        value["id"] = json!(format!("kind-{number}"));
        *contest = serde_json::from_value(value).unwrap();
    }
    let (both, tie_break) = counter_proposal(true);
    contests.extend(both);
    let shape = Shape { trustees: (2, 3), contests, tie_breaks: vec![tie_break], ..Shape::default() };
    serde_json::to_string(&document(&shape)).unwrap()
}

/// Edits of the manifest of every kind.
const KINDS: &[Edit] = &[
    (
        "manifest_bad_approval_of_more_than_all",
        "Number",
        r#""minimum":1,"maximum":2"#,
        r#""minimum":1,"maximum":5"#,
    ),
    ("manifest_bad_approval_of_none", "Number", r#""minimum":1,"maximum":2"#, r#""minimum":0,"maximum":0"#),
    (
        "manifest_bad_approval_least_above_most",
        "Number",
        r#""minimum":1,"maximum":2"#,
        r#""minimum":3,"maximum":2"#,
    ),
    ("manifest_bad_score_of_nothing", "Number", r#""maximum":5"#, r#""maximum":0"#),
    ("manifest_bad_score_too_high_for_its_options", "Number", r#""maximum":5"#, r#""maximum":2147483648"#),
    ("manifest_bad_score_too_high_for_the_roll", "Compile", r#""maximum":5"#, r#""maximum":400000000"#),
    (
        "manifest_bad_cumulative_more_for_one_than_for_all",
        "Number",
        r#""budget":4,"minimum":1,"maximum":3"#,
        r#""budget":4,"minimum":1,"maximum":5"#,
    ),
    (
        "manifest_bad_cumulative_least_out_of_reach",
        "Number",
        r#""budget":4,"minimum":1,"maximum":3"#,
        r#""budget":4,"minimum":3,"maximum":1"#,
    ),
    ("manifest_bad_cumulative_without_budget", "Number", r#""budget":4,"#, r#""budget":0,"#),
    ("manifest_bad_quadratic_without_budget", "Number", r#""budget":5"#, r#""budget":0"#),
    ("manifest_bad_quadratic_of_too_many_bits", "Compile", r#""budget":5"#, r#""budget":4294967295"#),
    (
        "manifest_bad_ranked_by_plurality",
        "Strict(Fields)",
        r#""method":"schulze""#,
        r#""method":"plurality""#,
    ),
    (
        "manifest_bad_approval_by_totals",
        "Strict(Fields)",
        r#""method":"plurality","places":1},{"kind":"score""#,
        r#""method":"greatest_total","places":1},{"kind":"score""#,
    ),
    (
        "manifest_bad_two_places_for_one_winner",
        "Places",
        r#""method":"schulze","places":1"#,
        r#""method":"schulze","places":2"#,
    ),
    ("manifest_bad_number_of_another_kind", "Strict(Fields)", r#""budget":5,"#, r#""budget":5,"maximum":5,"#),
    ("manifest_bad_without_tie_breaks", "Strict(Fields)", r#""tie_breaks""#, r#""tie_break""#),
    (
        "manifest_bad_tie_break_of_a_missing_contest",
        "TieBreak",
        r#"{"contest":"preferred""#,
        r#"{"contest":"missing""#,
    ),
    (
        "manifest_bad_tie_break_of_three_options",
        "TieBreak",
        r#"{"contest":"preferred""#,
        r#"{"contest":"kind-2""#,
    ),
    (
        "manifest_bad_tie_break_between_one",
        "TieBreak",
        r#""between":["question","counter-proposal"]"#,
        r#""between":["question","question"]"#,
    ),
    (
        "manifest_bad_tie_break_between_what_is_no_proposal",
        "TieBreak",
        r#""between":["question","counter-proposal"]"#,
        r#""between":["question","kind-2"]"#,
    ),
];

/// Further spellings of the manifest of every kind.
const KINDS_ACCEPTED: &[Edit] = &[
    ("manifest_with_a_tie_break_of_the_people_alone", "", r#""regions":true}"#, r#""regions":false}"#),
    ("manifest_with_a_rating_without_a_winner", "", r#""maximum":5"#, r#""maximum":7"#),
    ("manifest_with_ranked_pairs", "", r#""method":"schulze""#, r#""method":"ranked_pairs""#),
    ("manifest_with_an_approval_of_all", "", r#""minimum":1,"maximum":2"#, r#""minimum":4,"maximum":4"#),
    ("manifest_with_a_larger_budget", "", r#""budget":5"#, r#""budget":99"#),
];

/// Name, error, what is replaced once, by what.
type Edit = (&'static str, &'static str, &'static str, &'static str);

const FORM: &[Edit] = &[
    ("manifest_bad_key_twice", "Strict(Json)", r#""test":false"#, r#""test":false,"test":false"#),
    (
        "manifest_bad_key_twice_by_an_escape",
        "Strict(Json)",
        r#""test":false"#,
        r#""test":false,"\u0074est":false"#,
    ),
    ("manifest_bad_key_twice_deep", "Strict(Json)", r#"{"en":"Yes"}"#, r#"{"en":"Yes","en":"No"}"#),
    ("manifest_bad_number_with_exponent", "Strict(Json)", r#""maximum":19"#, r#""maximum":19e0"#),
    ("manifest_bad_number_with_fraction", "Strict(Json)", r#""maximum":19"#, r#""maximum":19.0"#),
    ("manifest_bad_negative_number", "Strict(Json)", r#""faulty":0"#, r#""faulty":-1"#),
    ("manifest_bad_minus_zero", "Strict(Json)", r#""faulty":0"#, r#""faulty":-0"#),
    ("manifest_bad_leading_zero", "Strict(Json)", r#""maximum":19"#, r#""maximum":019"#),
    ("manifest_bad_trailing_comma", "Strict(Json)", r#""maximum":19"#, r#""maximum":19,"#),
    ("manifest_bad_lone_surrogate", "Strict(Json)", r#""A vote in a test""#, r#""A vote \ud800""#),
    ("manifest_bad_control_character_in_a_string", "Strict(Json)", "A vote in a test", "A vote\nin a test"),
    ("manifest_bad_unknown_field", "Strict(Fields)", r#""test":false"#, r#""test":false,"weight":1"#),
    ("manifest_bad_unknown_field_deep", "Strict(Fields)", r#""maximum":19"#, r#""maximum":19,"minimum":1"#),
    ("manifest_bad_missing_field", "Strict(Fields)", r#""test":false,"#, ""),
    ("manifest_bad_missing_null", "Strict(Form)", r#","minority_can_read":null"#, ""),
    ("manifest_bad_list_for_an_object", "Strict(Form)", r#"{"maximum":19}"#, "[19]"),
    ("manifest_bad_number_for_a_bool", "Strict(Fields)", r#""test":false"#, r#""test":0"#),
    ("manifest_bad_number_out_of_range", "Strict(Fields)", r#""faulty":0"#, r#""faulty":65536"#),
    (
        "manifest_bad_unknown_kind_of_contest",
        "Strict(Fields)",
        r#""kind":"single_choice""#,
        r#""kind":"sortition""#,
    ),
    (
        "manifest_bad_fraction_not_in_lowest_terms",
        "Strict(Fields)",
        r#""region_votes":"1""#,
        r#""region_votes":"2/2""#,
    ),
    (
        "manifest_bad_fraction_with_denominator_one",
        "Strict(Fields)",
        r#""region_votes":"1""#,
        r#""region_votes":"1/1""#,
    ),
    ("manifest_bad_time_with_offset", "Strict(Fields)", "2027-06-06T06:00:00Z", "2027-06-06T08:00:00+02:00"),
    (
        "manifest_bad_time_that_does_not_exist",
        "Strict(Fields)",
        "2027-06-06T06:00:00Z",
        "2027-02-29T06:00:00Z",
    ),
    ("manifest_bad_leap_second", "Strict(Fields)", "2027-06-06T06:00:00Z", "2027-06-06T06:00:60Z"),
    ("manifest_bad_key_in_capitals", "Strict(Fields)", "5b8b136ae0a8f22c", "5B8B136AE0A8F22C"),
    ("manifest_bad_other_protocol", "Protocol", "plebiscite/v1", "plebiscite/v2"),
];

const TEXTS: &[Edit] = &[
    ("manifest_bad_no_language", "Count", r#""languages":["en"]"#, r#""languages":[]"#),
    ("manifest_bad_language_tag", "Language", r#""languages":["en"]"#, r#""languages":["EN"]"#),
    ("manifest_bad_language_twice", "Duplicate", r#""languages":["en"]"#, r#""languages":["en","en"]"#),
    (
        "manifest_bad_text_lacks_a_language",
        "Languages",
        r#""languages":["en"]"#,
        r#""languages":["en","fr"]"#,
    ),
    ("manifest_bad_text_in_another_language", "Languages", r#"{"en":"Yes"}"#, r#"{"en":"Yes","fr":"Oui"}"#),
    ("manifest_bad_text_empty", "Text", r#"{"en":"Yes"}"#, r#"{"en":""}"#),
    ("manifest_bad_text_not_nfc", "Text", r#"{"en":"Yes"}"#, "{\"en\":\"Zu\u{308}rich\"}"),
    ("manifest_bad_text_begins_with_a_space", "Text", r#"{"en":"Yes"}"#, r#"{"en":" Yes"}"#),
    ("manifest_bad_text_with_an_override", "Text", r#"{"en":"Yes"}"#, r#"{"en":"a\u202eb"}"#),
    ("manifest_bad_text_with_a_control_character", "Text", r#"{"en":"Yes"}"#, r#"{"en":"a\u0007b"}"#),
    ("manifest_bad_text_with_an_open_isolate", "Text", r#"{"en":"Yes"}"#, r#"{"en":"a\u2066b"}"#),
    ("manifest_bad_text_with_zero_width_space", "Text", r#"{"en":"Yes"}"#, r#"{"en":"a\u200bb"}"#),
    ("manifest_bad_name_with_a_direction_mark", "Text", r#""official 1""#, r#""official\u200f1""#),
    ("manifest_bad_labels_look_alike", "Alike", r#"{"en":"No"}"#, r#"{"en":"YES"}"#),
    ("manifest_bad_labels_look_alike_by_compatibility", "Alike", r#"{"en":"No"}"#, "{\"en\":\"\u{ff39}es\"}"),
    ("manifest_bad_names_of_officials_look_alike", "Duplicate", r#""official 2""#, r#""Official 1""#),
    ("manifest_bad_id", "Id", r#""id":"question""#, r#""id":"Question""#),
    ("manifest_bad_id_empty", "Id", r#""id":"a""#, r#""id":"""#),
    ("manifest_bad_id_twice", "Duplicate", r#""id":"b""#, r#""id":"a""#),
    ("manifest_bad_region_ids_differ_by_case_only", "Duplicate", r#""id":"r1""#, r#""id":"R0""#),
];

const RULES: &[Edit] = &[
    ("manifest_bad_as_many_places_as_options", "Places", r#""places":1"#, r#""places":3"#),
    ("manifest_bad_no_places", "Places", r#""places":1"#, r#""places":0"#),
    (
        "manifest_bad_sibling_unknown",
        "SiblingUnknown",
        r#""sibling":null,"always_opened":true"#,
        r#""sibling":"r9","always_opened":false"#,
    ),
    ("manifest_bad_sibling_of_an_opened_region", "SiblingOfOpened", r#""sibling":null"#, r#""sibling":"r1""#),
    (
        "manifest_bad_sibling_is_opened",
        "SiblingOpened",
        r#""sibling":null,"always_opened":true"#,
        r#""sibling":"r1","always_opened":false"#,
    ),
    ("manifest_bad_voter_weight_zero", "Number", r#""voter_weight":1"#, r#""voter_weight":0"#),
    ("manifest_bad_minimum_cell_two", "Number", r#""minimum_cell":3"#, r#""minimum_cell":2"#),
    (
        "manifest_bad_small_numbers_without_their_sentence",
        "SentenceMissing",
        r#"{"en":"Results of very small groups are opened."}"#,
        "null",
    ),
    (
        "manifest_bad_sentence_without_cause",
        "SentenceWithoutCause",
        r#""minority_can_read":null"#,
        r#""minority_can_read":{"en":"A few can read."}"#,
    ),
    (
        "manifest_bad_small_poll_beside_opened_regions",
        "SmallPollOpened",
        r#""small_poll":null"#,
        r#""small_poll":{"en":"All are one group."}"#,
    ),
    ("manifest_bad_roll_too_small", "RollTooSmall", r#""maximum":19"#, r#""maximum":5"#),
    ("manifest_bad_rule_for_another_contest", "Rules", r#""contest":"question""#, r#""contest":"choice""#),
    (
        "manifest_bad_no_majority",
        "NoMajority",
        r#"{"kind":"majority","of":"valid","fraction":"1/2","strict":true},"#,
        "",
    ),
    ("manifest_bad_fraction_zero", "FractionRange", r#""fraction":"1/2""#, r#""fraction":"0""#),
    ("manifest_bad_more_than_the_whole", "Unreachable", r#""fraction":"1/2""#, r#""fraction":"1""#),
    (
        "manifest_bad_majority_of_regions_not_opened",
        "RegionNotOpened",
        r#""always_opened":true"#,
        r#""always_opened":false"#,
    ),
    ("manifest_bad_quorum_of_half", "Quorum", r#""quorum":2"#, r#""quorum":1"#),
    ("manifest_bad_quorum_above_all", "Quorum", r#""quorum":2"#, r#""quorum":4"#),
    ("manifest_bad_threshold_zero", "Threshold", r#""threshold":2"#, r#""threshold":0"#),
    ("manifest_bad_threshold_above_all", "Threshold", r#""threshold":2"#, r#""threshold":4"#),
    ("manifest_bad_binding_with_few_trustees", "BindingTrustees", r#""binding":false"#, r#""binding":true"#),
    ("manifest_bad_witness_policy", "WitnessPolicy", r#""faulty":0"#, r#""faulty":1"#),
    (
        "manifest_bad_key_is_no_point",
        "Key",
        "5b8b136ae0a8f22ce4844f09c2a70a40d3ec480bfb33e22e5ecd07acdc3ddd89",
        "0200000000000000000000000000000000000000000000000000000000000000",
    ),
    (
        "manifest_bad_key_of_small_order",
        "Key",
        "5b8b136ae0a8f22ce4844f09c2a70a40d3ec480bfb33e22e5ecd07acdc3ddd89",
        "0100000000000000000000000000000000000000000000000000000000000000",
    ),
    (
        "manifest_bad_key_not_canonical",
        "Key",
        "5b8b136ae0a8f22ce4844f09c2a70a40d3ec480bfb33e22e5ecd07acdc3ddd89",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ),
    (
        "manifest_bad_key_of_two_roles",
        "KeyTwice",
        "31648b69cb266f752586ee41558cd3dfb69ea69a388eb1ee4b64874075849565",
        "5b8b136ae0a8f22ce4844f09c2a70a40d3ec480bfb33e22e5ecd07acdc3ddd89",
    ),
    (
        "manifest_bad_closes_before_it_opens",
        "ScheduleOrder",
        r#""opens":"2027-06-06T06:00:00Z""#,
        r#""opens":"2027-06-06T19:00:00Z""#,
    ),
    (
        "manifest_bad_latest_close_before_the_close",
        "ScheduleOrder",
        "2027-06-07T18:00:00Z",
        "2027-06-06T17:00:00Z",
    ),
    (
        "manifest_bad_early_close_after_the_close",
        "ScheduleOrder",
        "2027-06-06T12:00:00Z",
        "2027-06-06T19:00:00Z",
    ),
    ("manifest_bad_grace_above_a_day", "Number", r#""grace_seconds":300"#, r#""grace_seconds":86401"#),
    (
        "manifest_bad_shares_never_destroyed",
        "Number",
        r#""shares_destroyed_after_days":90"#,
        r#""shares_destroyed_after_days":3651"#,
    ),
];

/// Other spellings that are accepted, each another election.
const SPELLED: &[Edit] = &[
    ("manifest_with_white_space", "", r#","test""#, ",\n\t\"test\""),
    ("manifest_with_an_escape", "", "A vote in a test", r"A vote in a t\u0065st"),
    ("manifest_with_fields_in_another_order", "", r#""quorum":0,"keys":[]"#, r#""keys":[],"quorum":0"#),
    ("manifest_with_a_closed_isolate", "", r#"{"en":"Yes"}"#, r#"{"en":"a\u2066b\u2069"}"#),
    ("manifest_with_a_direction_mark_in_a_text", "", r#"{"en":"Yes"}"#, r#"{"en":"a\u200fb"}"#),
    ("manifest_with_a_text_in_nfc", "", r#"{"en":"Yes"}"#, "{\"en\":\"Z\u{fc}rich\"}"),
];

/// The file.
#[must_use]
pub fn make() -> Vec<u8> {
    let base = base();
    let mut cases = vec![good("manifest", "manifest", accepted(&base))];
    let edited = |from: &str, to: &str| {
        assert!(base.contains(from), "{from}");
        base.replacen(from, to, 1)
    };
    for (name, _, from, to) in SPELLED {
        cases.push(good(name, "manifest", accepted(&edited(from, to))));
    }
    for (name, error, from, to) in FORM.iter().chain(TEXTS).chain(RULES) {
        cases.push(bad(name, "manifest", error, json!({"text": edited(from, to)})));
    }
    let kinds = kinds();
    cases.push(good("manifest_of_every_kind", "manifest", accepted(&kinds)));
    let edited = |from: &str, to: &str| {
        assert!(kinds.contains(from), "{from}");
        kinds.replacen(from, to, 1)
    };
    for (name, _, from, to) in KINDS_ACCEPTED {
        cases.push(good(name, "manifest", accepted(&edited(from, to))));
    }
    for (name, error, from, to) in KINDS {
        cases.push(bad(name, "manifest", error, json!({"text": edited(from, to)})));
    }
    for (name, text) in [
        ("manifest_bad_trailing_bytes", format!("{base}x")),
        ("manifest_bad_two_values", format!("{base}{{}}")),
        ("manifest_bad_truncated", base[..base.len() - 1].to_owned()),
        ("manifest_bad_byte_order_mark", format!("\u{feff}{base}")),
        ("manifest_bad_empty", String::new()),
    ] {
        cases.push(bad(name, "manifest", "Strict(Json)", json!({"text": text})));
    }
    let mut bytes = base.replacen("A vote", "A ?ote", 1).into_bytes();
    let place = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[place] = 0xff;
    cases.push(bad("manifest_bad_not_utf8", "manifest", "Strict(Json)", json!({"bytes": hex(bytes)})));
    file("manifest", &["12", "13"], &[], cases)
}

fn accepted(text: &str) -> Value {
    let manifest = Manifest::parse(text.as_bytes()).unwrap();
    let forms: Vec<Value> = manifest
        .forms()
        .map(|form| json!({"digest": hex(form.digest()), "bits": form.bits(), "tallied": form.tallied()}))
        .collect();
    json!({"text": text, "election": hex(manifest.id().0), "forms": forms, "keys": manifest.key_count()})
}

/// Judges a case.
///
/// # Errors
/// The name of the refusal.
pub fn judge(case: &Value) -> Result<(), String> {
    let bytes = case.get("bytes").map_or_else(|| case.text("text").as_bytes().to_vec(), crate::json::unhex);
    let manifest = Manifest::parse(&bytes).map_err(|error| match error {
        ManifestError::Strict(fault) => format!("Strict({})", variant(&fault)),
        other => variant(&other),
    })?;
    assert_eq!(manifest.id().0, case.array("election"));
    assert_eq!(manifest.key_count() as u64, case.number("keys"));
    for (form, told) in manifest.forms().zip(case.list("forms")) {
        assert_eq!(form.digest().as_slice(), told.bytes("digest"));
    }
    Ok(())
}
