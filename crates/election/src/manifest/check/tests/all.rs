//! All faults at once: there are some exactly where the strict judge refuses, whatever was done to a manifest.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::manifest::faults::{Fault, find};

const MOST: usize = 1_000;

/// A manifest with every kind of question, condition and role.
fn of_all_kinds() -> Document {
    let mut document = document();
    let option = |kind: &str, method: &str, more: Value| {
        let mut contest = serde_json::to_value(single(kind, 3, true, 1)).unwrap();
        contest["kind"] = kind.into();
        contest["method"] = method.into();
        let fields = more.as_object().unwrap().clone();
        contest.as_object_mut().unwrap().extend(fields);
        serde_json::from_value(contest).unwrap()
    };
    document.contests = vec![
        yes_no("q1"),
        four("q2"),
        single("which", 2, true, 1),
        option("approval", "plurality", json!({"minimum": 1, "maximum": 2})),
        option("score", "greatest_total", json!({"maximum": 5})),
        option("cumulative", "greatest_total", json!({"budget": 5, "minimum": 0, "maximum": 3})),
        option("quadratic", "greatest_total", json!({"budget": 9})),
        option("borda", "greatest_total", json!({})),
        option("condorcet", "schulze", json!({})),
    ];
    document.rules = vec![
        rule("q1", &[turnout(), majority(Base::Valid)]),
        rule("q2", &[majority(Base::Eligible), regions("1/2", true, true)]),
    ];
    let between = ["q1".to_owned(), "q2".to_owned()];
    document.tie_breaks = vec![TieBreak { contest: "which".to_owned(), between, regions: false }];
    document
}

fn faults(value: &Value) -> Vec<Fault> {
    find(&serde_json::to_vec(value).unwrap(), MOST).faults
}

fn changed(change: impl FnOnce(&mut Value)) -> Vec<(String, String)> {
    let mut value = serde_json::to_value(of_all_kinds()).unwrap();
    change(&mut value);
    faults(&value).into_iter().map(|fault| (fault.place, fault.rule)).collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(place, rule)| ((*place).to_owned(), (*rule).to_owned())).collect()
}

/// Every place of a document, from the top down.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), found));
        }
        Value::Array(members) => {
            members
                .iter()
                .enumerate()
                .for_each(|(index, value)| places(value, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

/// One change by four numbers, as whoever edits by hand makes it: something missing, doubled, moved or mistyped.
fn mutate(value: &mut Value, (place, what, other, number): (usize, usize, usize, u64)) {
    let mut all = Vec::new();
    places(value, "", &mut all);
    let (place, other) = (&all[place % all.len()], &all[other % all.len()]);
    let copied = value.pointer(other).cloned().unwrap();
    let (parent, last) = place.rsplit_once('/').unwrap_or(("", ""));
    let last = last.to_owned();
    match what % 12 {
        0 => *value.pointer_mut(place).unwrap() = copied,
        1 => *value.pointer_mut(place).unwrap() = Value::Null,
        2 => *value.pointer_mut(place).unwrap() = json!(number),
        3 => *value.pointer_mut(place).unwrap() = json!(-1),
        4 => *value.pointer_mut(place).unwrap() = json!(1.5),
        5 => {
            *value.pointer_mut(place).unwrap() =
                json!(["", " a", "q1", "a\u{202e}b", "1/2", "2/4", "en"][other.len() % 7])
        }
        6 => *value.pointer_mut(place).unwrap() = json!([]),
        7 => *value.pointer_mut(place).unwrap() = json!({}),
        8 => *value.pointer_mut(place).unwrap() = json!(number % 2 == 0),
        9 => match value.pointer_mut(parent) {
            Some(Value::Object(fields)) => drop(fields.remove(&last)),
            Some(Value::Array(members)) => {
                if let Ok(index) = last.parse::<usize>() {
                    members.remove(index);
                }
            }
            _ => {}
        },
        10 => match value.pointer_mut(place) {
            Some(Value::Object(fields)) => drop(fields.insert("more".to_owned(), copied)),
            Some(Value::Array(members)) => {
                let again = members.first().cloned();
                members.extend(again);
            }
            Some(Value::Number(found)) => {
                let found = found.as_u64().unwrap_or(0);
                *value.pointer_mut(place).unwrap() =
                    json!(if number % 2 == 0 { found.saturating_add(1) } else { found.saturating_sub(1) });
            }
            _ => {}
        },
        _ => {
            if let Some(Value::Array(members)) = value.pointer_mut(place) {
                members.reverse();
            }
        }
    }
}

/// The two ways to ask the judge agree, and every fault says where, what and how.
fn agree(bytes: &[u8]) {
    let strict = Manifest::parse(bytes);
    let all = find(bytes, MOST);
    assert_eq!(strict.is_ok(), all.faults.is_empty(), "{}", String::from_utf8_lossy(bytes));
    assert_eq!(strict.is_ok(), all.manifest.is_some());
    for fault in &all.faults {
        assert!(!fault.what.is_empty() && !fault.remedy.is_empty() && !fault.rule.is_empty(), "{fault:?}");
    }
    match (&strict, all.faults.first()) {
        (Err(E::Strict(_)), Some(_)) => {}
        // The first of all is the one that the strict judge names.
        (Err(error), Some(first)) => {
            assert!(format!("{error:?}").starts_with(&first.rule), "{error:?} {first:?}");
            assert!(error.to_string().contains(&first.what), "{error} {first:?}");
        }
        (Ok(_), None) => assert!(all.document.is_some()),
        (strict, first) => panic!("{strict:?} {first:?}"),
    }
    if serde_json::from_slice::<Value>(bytes).is_ok() {
        assert!(all.document.is_some(), "a document is read from {}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(find(bytes, 1).faults.len(), usize::from(strict.is_err()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn there_are_faults_exactly_where_the_strict_judge_refuses(
        changes in proptest::collection::vec((any::<usize>(), any::<usize>(), any::<usize>(), 0_u64..70_000), 1..5)
    ) {
        let mut value = serde_json::to_value(of_all_kinds()).unwrap();
        changes.into_iter().for_each(|change| mutate(&mut value, change));
        agree(&serde_json::to_vec(&value).unwrap());
    }

    #[test]
    fn the_same_holds_of_bytes_that_are_cut_doubled_or_changed(at in any::<usize>(), byte in any::<u8>(), what in 0..3) {
        let mut bytes = serde_json::to_vec(&of_all_kinds()).unwrap();
        let at = at % bytes.len();
        match what {
            0 => bytes[at] = byte,
            1 => bytes.insert(at, byte),
            _ => bytes.truncate(at),
        }
        agree(&bytes);
    }
}

#[test]
fn every_vector_has_the_fault_first_that_it_was_made_for() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../proofs/vectors/manifest.json");
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() > 100);
    for case in cases {
        let text = case["text"].as_str().map(|text| text.as_bytes().to_vec());
        let bytes = text.unwrap_or_else(|| hex::decode(case["bytes"].as_str().unwrap()).unwrap());
        agree(&bytes);
        let first = find(&bytes, MOST).faults.into_iter().next().map(|fault| fault.rule);
        assert_eq!(first.as_deref(), case["error"].as_str(), "{}", case["name"]);
    }
}

#[test]
fn a_manifest_of_every_kind_has_no_fault() {
    assert_eq!(changed(|_| ()), []);
}

#[test]
fn faults_of_all_parts_are_named_at_once_in_the_order_of_the_rules() {
    let found = changed(|value| {
        value["title"]["de"] = " Probe".into();
        value["title"].as_object_mut().unwrap().remove("fr");
        value["contests"][3]["maximum"] = 9.into();
        value["contests"][3]["places"] = 3.into();
        value["regions"][0]["sibling"] = "X".into();
        value["rules"][0]["conditions"][0]["of_eligible"] = "0".into();
        value["officials"]["quorum"] = 1.into();
        value["board"]["key"] = value["officials"]["keys"][0]["key"].clone();
        value["schedule"]["grace_seconds"] = 86_401.into();
    });
    let expected = [
        ("title", "Languages"),
        ("title.de", "Text"),
        ("contests[3].maximum", "Number"),
        ("contests[3].places", "Places"),
        ("regions[0].sibling", "SiblingUnknown"),
        ("rules[0].conditions[0].of_eligible", "FractionRange"),
        ("officials.quorum", "Quorum"),
        ("board.key", "KeyTwice"),
        ("schedule.grace_seconds", "Number"),
    ];
    assert_eq!(found, pairs(&expected));
}

#[test]
fn faults_of_form_are_named_at_once_and_hide_no_other() {
    let found = changed(|value| {
        value["test"] = "yes".into();
        value["trustees"]["threshold"] = json!(3.0);
        value["trustees"]["name"] = "x".into();
        value["contests"][4]["kind"] = "stars".into();
        value["schedule"]["opens"] = "2027-05-01 06:00".into();
        value["schedule"].as_object_mut().unwrap().remove("earliest_early_close");
        value["board"]["key"] = "ABC".into();
        value["title"]["de"] = "".into();
    });
    let expected = [
        ("board.key", "Strict(Json)"),
        ("contests[4]", "Strict(Json)"),
        ("schedule.opens", "Strict(Json)"),
        ("schedule.earliest_early_close", "Strict(Json)"),
        ("test", "Strict(Json)"),
        ("trustees.name", "Strict(Json)"),
        ("trustees.threshold", "Strict(Json)"),
        ("title.de", "Text"),
    ];
    assert_eq!(found, pairs(&expected));
}

#[test]
fn what_a_mended_place_would_break_is_not_named() {
    // Without contests the rules would be those of none, without the key two members would share one.
    let found = changed(|value| {
        value.as_object_mut().unwrap().remove("contests");
        value["officials"]["keys"][0]["key"] = 1.into();
        value["officials"]["keys"][1]["key"] = 2.into();
    });
    let form = "Strict(Fields)";
    assert_eq!(
        found,
        pairs(&[("officials.keys[0].key", form), ("officials.keys[1].key", form), ("contests", form)])
    );
}

#[test]
fn languages_that_are_wrong_have_no_faults_in_their_wake_and_right_ones_have_theirs() {
    for (languages, place, rule) in [
        (json!(["de", "fr", "fr"]), "languages[2]", "Duplicate"),
        (json!(["de", "german"]), "languages[1]", "Language"),
        (json!([]), "languages", "Count"),
        (json!("de, fr"), "languages", "Strict(Fields)"),
    ] {
        let found = changed(|value| value["languages"] = languages.clone());
        assert_eq!(found, pairs(&[(place, rule)]), "{languages}");
    }
    let found = changed(|value| value["languages"] = json!(["de", "fr", "kk"]));
    assert!(found.len() > 10 && found.iter().all(|fault| fault.1 == "Languages"), "{found:?}");
}

#[test]
fn a_fraction_that_cannot_be_read_hides_no_fault_of_the_same_rule() {
    let rule = |fraction: &str| {
        json!({"contest": "q1", "conditions": [
            {"kind": "regions", "fraction": fraction, "strict": true, "no_data": false},
        ]})
    };
    let with = |fraction: &str| {
        changed(|value| {
            value["rules"][0] = rule(fraction);
            value["regions"][0]["region_votes"] = "1".into();
            value["regions"][0]["always_opened"] = false.into();
        })
    };
    let read = with("1/2");
    assert!(read.contains(&("rules[0].conditions".to_owned(), "NoMajority".to_owned())), "{read:?}");
    assert!(read.iter().any(|fault| fault.1 == "RegionNotOpened"), "{read:?}");
    let unread = with("half");
    let rest: Vec<_> = unread.iter().filter(|fault| !fault.1.starts_with("Strict")).cloned().collect();
    assert_eq!(rest, read, "{unread:?}");
}

#[test]
fn times_in_a_wrong_order_are_named_at_the_one_that_is_to_be_changed() {
    let early = |time: &str| changed(|value| value["schedule"]["earliest_early_close"] = time.into());
    let place = "schedule.earliest_early_close";
    assert_eq!(early("2027-06-01T00:00:00Z"), pairs(&[(place, "ScheduleOrder")]));
    assert_eq!(early("2027-04-01T00:00:00Z"), pairs(&[(place, "ScheduleOrder")]));
    assert_eq!(early("2027-05-02T00:00:00Z"), []);
    // The time that cannot be read is the only fault, and the others are still compared.
    let found = changed(|value| {
        value["schedule"]["opens"] = "May".into();
        value["schedule"]["latest_close"] = "2027-05-01T00:00:00Z".into();
    });
    assert_eq!(
        found,
        pairs(&[("schedule.opens", "Strict(Fields)"), ("schedule.latest_close", "ScheduleOrder")])
    );
}

#[test]
fn a_field_that_stands_twice_is_named_by_its_place() {
    let good = serde_json::to_string(&of_all_kinds()).unwrap();
    let bytes = good.replacen("\"binding\":true", "\"binding\":true,\"binding\":true", 1);
    let found = find(bytes.as_bytes(), MOST).faults;
    assert_eq!((found.len(), found[0].place.as_str()), (1, "binding"));
    assert!(found[0].what.contains("twice"));
}

#[test]
fn advice_is_given_beside_broken_rules_and_not_on_what_was_mended() {
    let now = Time::parse("2027-01-01T00:00:00Z").unwrap();
    let mut value = serde_json::to_value(of_all_kinds()).unwrap();
    value["officials"]["quorum"] = 1.into();
    let broken = find(&serde_json::to_vec(&value).unwrap(), MOST);
    assert!(!broken.mended && broken.warnings(now).contains(&Warning::OneOfficial));
    value["schedule"].as_object_mut().unwrap().remove("opens");
    let unread = find(&serde_json::to_vec(&value).unwrap(), MOST);
    assert!(unread.mended && unread.warnings(now).is_empty());
}

#[test]
fn as_many_faults_are_named_as_there_is_room_for() {
    let mut document = of_all_kinds();
    document.officials.keys.iter_mut().for_each(|member| member.name = String::new());
    let bytes = serde_json::to_vec(&document).unwrap();
    assert!(find(&bytes, 2).more && find(&bytes, 2).faults.len() == 2);
    assert!(!find(&bytes, MOST).more && find(&bytes, MOST).faults.len() > 2);
}

#[test]
fn a_document_that_is_too_long_says_so_beside_its_other_faults() {
    let mut document = of_all_kinds();
    document.officials.quorum = 1;
    let mut bytes = serde_json::to_vec(&document).unwrap();
    bytes.resize(Manifest::MAX_LEN + 1, b' ');
    let rules: Vec<String> = find(&bytes, MOST).faults.into_iter().map(|fault| fault.rule).collect();
    assert_eq!(rules, ["TooLong", "Quorum"]);
}
