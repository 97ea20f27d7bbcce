//! Each refusal beside its accepted twin: one change in the known-good manifest, one error.

mod all;
mod kinds;

use super::*;
use crate::contest::ContestIndex;
use crate::manifest::document::*;
use crate::manifest::error::ManifestError as E;
use crate::manifest::fixture::*;
use crate::manifest::key::{KeyFault, PublicKey};
use crate::manifest::strict::StrictFault;
use crate::manifest::text::TextFault;
use crate::manifest::time::Time;
use crate::manifest::warning::Warning;
use crate::manifest::{ElectionId, Manifest};

/// The error of one change.
fn refusal(change: impl FnOnce(&mut Document)) -> E {
    with(change).map(|_| ()).unwrap_err()
}

fn accepted(change: impl FnOnce(&mut Document)) -> Manifest {
    with(change).unwrap()
}

fn one_region(d: &mut Document) {
    d.regions = vec![region("A", None)];
}

#[test]
fn the_known_good_manifest_is_accepted_and_tells_what_it_says() {
    let manifest = accepted(|_| ());
    assert_eq!(manifest.id(), ElectionId::of(manifest.bytes()));
    assert_eq!((manifest.key_count(), manifest.generator_count(), manifest.contests_len()), (5, 4, 960));
    assert_eq!((manifest.threshold(), manifest.confirmations(), manifest.officials_quorum()), (3, 4, 2));
    assert_eq!(manifest.sibling(RegionIndex(0)), Some(RegionIndex(1)));
    assert_eq!(manifest.region_of("C"), Some(RegionIndex(2)));
    assert_eq!(manifest.region_of("D"), None);
    assert_eq!(manifest.contest(ContestIndex(1)).unwrap().keys(), 2..5);
    assert!(manifest.rule(ContestIndex(0)).is_some() && manifest.rule(ContestIndex(1)).is_none());
}

#[test]
fn one_byte_more_is_another_election() {
    let bytes = serde_json::to_vec(&document()).unwrap();
    let manifest = Manifest::parse(&bytes).unwrap();
    let spaced = Manifest::parse(&[bytes.as_slice(), b"\n"].concat()).unwrap();
    assert_ne!(manifest.id(), spaced.id());
    assert_eq!(manifest.document(), spaced.document());
}

#[test]
fn a_manifest_has_at_most_sixteen_chunks() {
    let mut bytes = serde_json::to_vec(&document()).unwrap();
    bytes.resize(Manifest::MAX_LEN, b' ');
    assert!(Manifest::parse(&bytes).is_ok());
    bytes.push(b' ');
    assert_eq!(Manifest::parse(&bytes).unwrap_err(), E::TooLong { len: 524_289 });
}

#[test]
fn the_json_of_a_manifest_is_strict() {
    let good = String::from_utf8(serde_json::to_vec(&document()).unwrap()).unwrap();
    let fault = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        Manifest::parse(good.replacen(from, to, 1).as_bytes()).map(|_| ()).unwrap_err()
    };
    let json = |e: E| matches!(e, E::Strict(StrictFault::Json(_)));
    let fields = |e: E| matches!(e, E::Strict(StrictFault::Fields(_)));
    assert!(json(fault(r#""test":true"#, r#""test":true,"test":true"#)));
    assert!(json(fault(r#""kind":"yes_no_blank""#, r#""kind":"yes_no_blank","kind":"yes_no_blank""#)));
    assert!(json(fault(r#"{"de":"Probe""#, r#"{"de":"Probe","de":"Betrug""#)));
    assert!(json(fault(r#""maximum":1000000"#, r#""maximum":1e6"#)));
    assert!(json(fault(r#""faulty":1"#, r#""faulty":-1"#)));
    assert!(fields(fault(r#""faulty":1"#, r#""faulty":65536"#)));
    assert!(fields(fault(r#""test":true"#, r#""test":true,"weight":1"#)));
    assert!(fields(fault(r#""test":true"#, r#""test":1"#)));
    assert!(fields(fault(r#""method":"plurality""#, r#""method":"range""#)));
    assert!(fields(fault(r#""kind":"yes_no_blank""#, r#""kind":"approval""#)));
    assert!(fields(fault(r#""blank":{"de":"Leer""#, r#""strange":1,"blank":{"de":"Leer""#)));
    assert!(fields(fault("2027-05-01T06:00:00Z", "2027-05-01T08:00:00+02:00")));
    assert!(fields(fault(r#""region_votes":"1/2""#, r#""region_votes":"2/4""#)));
    assert!(fields(fault(r#""region_votes":"1/2""#, r#""region_votes":0"#)));
    let form = |place: &str| E::Strict(StrictFault::Form(place.to_owned()));
    assert_eq!(fault(r#","earliest_early_close":null"#, ""), form(".schedule.earliest_early_close"));
    assert_eq!(fault(r#"{"maximum":1000000}"#, "[1000000]"), form(".roll"));
}

#[test]
fn another_protocol_is_refused() {
    let found = "plebiscite/v2".to_owned();
    assert_eq!(refusal(|d| d.protocol = found.clone()), E::Protocol { found: found.clone() });
}

#[test]
fn languages_are_tags_each_once() {
    assert!(
        matches!(refusal(|d| d.languages.clear()), E::Count { place, found: 0, .. } if place == "languages")
    );
    assert!(
        matches!(refusal(|d| d.languages[1] = "FR".into()), E::Language { place, .. } if place == "languages[1]")
    );
    assert!(
        matches!(refusal(|d| d.languages[1] = "de".into()), E::Duplicate { place, .. } if place == "languages[1]")
    );
    let other = |place: &str, missing: &[&str], extra: &[&str]| {
        let owned = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect();
        E::Languages { place: place.to_owned(), missing: owned(missing), extra: owned(extra) }
    };
    assert_eq!(refusal(|d| d.languages.push("it".into())), other("title", &["it"], &[]));
    assert_eq!(refusal(|d| drop(d.title.0.remove("fr"))), other("title", &["fr"], &[]));
    assert_eq!(
        refusal(|d| drop(d.regions[1].name.0.insert("it".into(), "B".into()))),
        other("regions[1].name", &[], &["it"])
    );
}

#[test]
fn a_text_that_reads_otherwise_than_it_is_stored_is_refused() {
    let bad = |place: &str, fault| E::Text { place: place.to_owned(), fault };
    let set = |text: &mut Text, words: &str| drop(text.0.insert("de".into(), words.to_owned()));
    assert_eq!(
        refusal(|d| set(&mut d.title, "a\u{202E}b")),
        bad("title.de", TextFault::Character('\u{202E}'))
    );
    assert_eq!(refusal(|d| set(&mut d.title, "Zu\u{308}rich")), bad("title.de", TextFault::NotNfc));
    assert_eq!(
        refusal(|d| set(&mut d.title, &"x".repeat(513))),
        bad("title.de", TextFault::TooLong { limit: 512 })
    );
    assert!(with(|d| set(&mut d.title, &"x".repeat(512))).is_ok());
    assert!(with(|d| set(&mut d.title, "Zürich")).is_ok());
    let mark = |d: &mut Document| d.officials.keys[0].name = "a\u{200F}b".into();
    assert_eq!(refusal(mark), bad("officials.keys[0].name", TextFault::Character('\u{200F}')));
}

#[test]
fn contests_and_options_have_ids_of_their_own() {
    assert!(matches!(refusal(|d| d.contests.clear()), E::Count { place, .. } if place == "contests"));
    assert!(
        matches!(refusal(|d| d.contests[1] = yes_no("q1")), E::Duplicate { place, .. } if place == "contests[1]")
    );
    assert!(
        matches!(refusal(|d| d.contests[1] = single("Sеats", 3, true, 1)), E::Id { place, .. } if place == "contests[1].id")
    );
    let options = |change: fn(&mut Vec<OptionDocument>)| {
        refusal(|d| match &mut d.contests[1] {
            ContestDocument::SingleChoice { options, .. } => change(options),
            _ => unreachable!(),
        })
    };
    assert!(
        matches!(options(|o| o[1].id = "o0".into()), E::Duplicate { place, .. } if place == "contests[1].options[1]")
    );
    assert!(
        matches!(options(|o| o[1].id = String::new()), E::Id { place, .. } if place == "contests[1].options[1].id")
    );
    assert!(matches!(options(|o| o.truncate(1)), E::Count { found: 1, .. }));
    assert!(
        matches!(options(|o| o[2].label = text("OPTION  0")), E::Alike { place, .. } if place == "contests[1].options[2].label.de")
    );
    assert!(
        matches!(options(|o| o[2].label = text("leer")), E::Alike { place, .. } if place == "contests[1].blank.de")
    );
}

#[test]
fn two_answers_that_look_alike_are_refused() {
    let no = |words: &'static str| {
        move |d: &mut Document| match &mut d.contests[0] {
            ContestDocument::YesNoBlank { no, .. } => *no = text(words),
            _ => unreachable!(),
        }
    };
    assert!(with(no("Nö")).is_ok());
    assert!(matches!(refusal(no("JA")), E::Alike { place, .. } if place == "contests[0].no.de"));
}

#[test]
fn there_are_fewer_places_than_options() {
    assert!(with(|d| d.contests[1] = single("seats", 3, false, 2)).is_ok());
    for places in [0, 3, 4] {
        assert!(matches!(
            refusal(|d| d.contests[1] = single("seats", 3, false, places)),
            E::Places { options: 3, .. }
        ));
    }
}

#[test]
fn a_ballot_that_does_not_fit_one_entry_is_refused() {
    // k options and blank take 32·(2k + 10) bytes, the referendum 448.
    let wide = |k: usize| move |d: &mut Document| d.contests[1] = single("seats", k, true, 1);
    assert_eq!(accepted(wide(1_004)).contests_len(), 64_576 + 448);
    assert_eq!(refusal(wide(1_005)), E::BallotTooLong { len: 65_088, limit: 65_024 });
}

#[test]
fn region_ids_and_names_differ() {
    let second =
        |id: &'static str| move |d: &mut Document| d.regions = vec![region("A", None), region(id, None)];
    assert!(with(second("B")).is_ok());
    assert!(matches!(refusal(second("A")), E::Duplicate { place, .. } if place == "regions[1]"));
    assert!(matches!(refusal(second("a")), E::Duplicate { place, .. } if place == "regions[1]"));
    assert!(matches!(refusal(second("B B")), E::Id { place, .. } if place == "regions[1].id"));
    assert!(
        matches!(refusal(|d| d.regions[1].name = text("region a")), E::Alike { place, .. } if place == "regions[1].name.de")
    );
    assert!(
        matches!(refusal(|d| d.regions[0].voter_weight = 0), E::Number { place, .. } if place == "regions[0].voter_weight")
    );
    assert!(matches!(refusal(|d| d.regions.clear()), E::Count { place, .. } if place == "regions"));
}

#[test]
fn a_sibling_can_neither_be_subtracted_nor_decoded() {
    let sibling =
        |of: usize, id: &'static str| move |d: &mut Document| d.regions[of].sibling = Some(id.into());
    let (a, b, c) = ("A".to_owned(), "B".to_owned(), "C".to_owned());
    assert_eq!(refusal(sibling(0, "X")), E::SiblingUnknown { region: a.clone(), sibling: "X".into() });
    assert_eq!(refusal(sibling(0, "A")), E::SiblingUnknown { region: a.clone(), sibling: a.clone() });
    assert_eq!(refusal(sibling(2, "A")), E::SiblingOfOpened { region: c.clone() });
    assert_eq!(refusal(sibling(0, "C")), E::SiblingOpened { region: a.clone(), sibling: c });
    assert_eq!(refusal(|d| d.regions[1].voter_weight = 2), E::SiblingWeight { region: a, sibling: b });
    assert!(with(|d| d.regions[2].voter_weight = 2).is_ok());
}

#[test]
fn region_votes_add_up_exactly_or_not_at_all() {
    let primes = ["1/4294967291", "1/4294967279", "1/4294967231"];
    let votes = |count: usize| {
        move |d: &mut Document| {
            d.regions.iter_mut().zip(primes).take(count).for_each(|(r, v)| r.region_votes = fraction(v));
        }
    };
    assert!(with(votes(1)).is_ok());
    assert_eq!(refusal(votes(3)), E::RegionVotes);
}

#[test]
fn small_minimums_must_be_told_and_no_minimum_is_below_three() {
    let minimum = |cell: u32, eligible: u32, told: bool| {
        move |d: &mut Document| {
            (d.privacy.minimum_cell, d.privacy.minimum_eligible) = (cell, eligible);
            d.privacy.small_numbers_sentence = told.then(|| text("Wenige"));
        }
    };
    assert!(with(minimum(10, 10, false)).is_ok() && with(minimum(3, 4, true)).is_ok());
    let place = "privacy.small_numbers_sentence";
    for (cell, eligible) in [(9, 10), (10, 9)] {
        assert!(
            matches!(refusal(minimum(cell, eligible, false)), E::SentenceMissing { place: p, .. } if p == place)
        );
        assert!(with(minimum(cell, eligible, true)).is_ok());
    }
    assert_eq!(refusal(minimum(10, 10, true)), E::SentenceWithoutCause { place });
    assert!(
        matches!(refusal(minimum(2, 3, true)), E::Number { place, .. } if place == "privacy.minimum_cell")
    );
    assert!(
        matches!(refusal(minimum(3, 2, true)), E::Number { place, .. } if place == "privacy.minimum_eligible")
    );
}

#[test]
fn a_small_poll_knows_neither_opened_regions_nor_weights() {
    let poll = |d: &mut Document| {
        d.privacy.small_poll = Some(text("Eine Zelle"));
        d.regions.truncate(2);
    };
    assert!(with(poll).is_ok());
    assert_eq!(
        refusal(|d| d.privacy.small_poll = Some(text("Eine"))),
        E::SmallPollOpened { region: "C".into() }
    );
    let weights = |d: &mut Document| {
        poll(d);
        d.regions = vec![region("A", None), Region { voter_weight: 2, ..region("B", None) }];
    };
    assert_eq!(refusal(weights), E::SmallPollWeight { region: "B".into() });
}

#[test]
fn the_roll_can_reach_what_the_regions_demand() {
    let roll = |maximum: u32| move |d: &mut Document| d.roll.maximum = maximum;
    assert!(with(roll(30)).is_ok());
    assert_eq!(refusal(roll(29)), E::RollTooSmall { needed: 30, maximum: 29 });
    assert_eq!(
        refusal(|d| (d.regions[1], d.regions[0], d.roll.maximum) = (opened("B", "1"), region("A", None), 59)),
        E::RollTooSmall { needed: 60, maximum: 59 }
    );
    assert_eq!(with(roll(u32::MAX)).unwrap().roll_maximum(), u32::MAX);
    // Without an always-opened region, a cell needs as many heads as the roll can have at most.
    let cell = |least: u32, change: fn(&mut Document)| {
        with(move |d| {
            d.regions = vec![region("A", None), region("B", None)];
            (d.privacy.minimum_cell, d.roll.maximum) = (least, 40);
            change(d);
        })
    };
    assert!(cell(40, |_| ()).is_ok());
    assert_eq!(cell(41, |_| ()).unwrap_err(), E::RollTooSmall { needed: 41, maximum: 40 });
    assert!(cell(41, |d| d.privacy.small_poll = Some(text("Alles zusammen."))).is_ok());
    assert!(cell(41, |d| d.regions[0] = opened("A", "1")).is_ok());
}

#[test]
fn each_yes_no_contest_has_one_rule() {
    let expected = vec!["q1".to_owned()];
    assert_eq!(refusal(|d| d.rules.clear()), E::Rules { expected: expected.clone() });
    assert_eq!(refusal(|d| d.rules[0].contest = "seats".into()), E::Rules { expected: expected.clone() });
    assert_eq!(refusal(|d| d.rules.push(d.rules[0].clone())), E::Rules { expected });
}

#[test]
fn conditions_are_ones_that_can_hold_and_can_fail() {
    let conditions = |list: &[Condition]| {
        let list = list.to_vec();
        move |d: &mut Document| d.rules[0].conditions = list
    };
    let share =
        |words: &str, strict| Condition::Majority { of: Base::Valid, fraction: fraction(words), strict };
    assert!(
        with(conditions(&[share("1", false)])).is_ok() && with(conditions(&[share("1/2", true)])).is_ok()
    );
    let place = || "rules[0].conditions[0]".to_owned();
    assert_eq!(refusal(conditions(&[share("0", true)])), E::FractionRange { place: place() });
    assert_eq!(refusal(conditions(&[share("3/2", true)])), E::FractionRange { place: place() });
    assert_eq!(refusal(conditions(&[share("1", true)])), E::Unreachable { place: place() });
    assert_eq!(refusal(conditions(&[turnout()])), E::NoMajority { place: "rules[0]".into() });
    assert!(matches!(refusal(conditions(&[])), E::Count { found: 0, .. }));
    let twice = [share("1/2", true), share("1/2", true)];
    assert_eq!(refusal(conditions(&twice)), E::ConditionTwice { place: "rules[0].conditions[1]".into() });
}

#[test]
fn a_majority_of_regions_is_one_of_opened_regions() {
    let ask =
        |no_data: bool| move |d: &mut Document| d.rules[0].conditions.push(regions("1/2", true, no_data));
    let place = || "rules[0].conditions[2]".to_owned();
    assert_eq!(refusal(ask(false)), E::RegionNotOpened { place: place(), region: "A".into() });
    assert!(with(ask(true)).is_ok());
    let without_votes = |d: &mut Document| {
        ask(false)(d);
        d.regions.iter_mut().take(2).for_each(|region| region.region_votes = fraction("0"));
    };
    assert!(with(without_votes).is_ok());
    let none = |d: &mut Document| {
        without_votes(d);
        d.regions[2].region_votes = fraction("0");
    };
    assert_eq!(refusal(none), E::NoRegionVotes { place: place() });
}

#[test]
fn a_quorum_of_officials_is_more_than_half() {
    let quorum = |quorum: u16, members: usize| {
        move |d: &mut Document| {
            d.officials.quorum = quorum;
            d.officials.keys.truncate(members);
        }
    };
    assert!(with(quorum(3, 3)).is_ok() && with(quorum(1, 1)).is_ok());
    for (u, m) in [(1, 3), (1, 2), (0, 1), (4, 3)] {
        assert_eq!(refusal(quorum(u, m)), E::Quorum { quorum: u, members: m });
    }
}

#[test]
fn trustees_who_can_block_or_read_are_told_to_voters() {
    let trustees = |t: u16, n: usize, block: bool, read: bool| {
        move |d: &mut Document| {
            d.binding = false;
            d.trustees.threshold = t;
            d.trustees.members.truncate(n);
            d.trustees.one_trustee_can_block = block.then(|| text("Jede kann sperren"));
            d.trustees.minority_can_read = read.then(|| text("Eine Minderheit kann lesen"));
        }
    };
    let (block, read) = ("trustees.one_trustee_can_block", "trustees.minority_can_read");
    assert!(with(trustees(3, 5, false, false)).is_ok() && with(trustees(4, 5, true, false)).is_ok());
    assert!(with(trustees(2, 4, false, true)).is_ok() && with(trustees(1, 1, true, false)).is_ok());
    assert!(
        matches!(refusal(trustees(4, 5, false, false)), E::SentenceMissing { place, .. } if place == block)
    );
    assert!(
        matches!(refusal(trustees(2, 4, false, false)), E::SentenceMissing { place, .. } if place == read)
    );
    assert_eq!(refusal(trustees(3, 5, true, false)), E::SentenceWithoutCause { place: block });
    assert_eq!(refusal(trustees(3, 5, false, true)), E::SentenceWithoutCause { place: read });
    assert_eq!(refusal(trustees(0, 5, false, true)), E::Threshold { threshold: 0, members: 5 });
    assert_eq!(refusal(trustees(6, 5, true, false)), E::Threshold { threshold: 6, members: 5 });
}

#[test]
fn a_binding_vote_has_three_of_five_trustees() {
    let small = |binding: bool| {
        move |d: &mut Document| {
            (d.binding, d.trustees.threshold) = (binding, 2);
            d.trustees.minority_can_read = Some(text("Eine Minderheit kann lesen"));
        }
    };
    assert!(with(small(false)).is_ok());
    assert_eq!(refusal(small(true)), E::BindingTrustees { threshold: 2, members: 5 });
    let four = |d: &mut Document| {
        d.trustees.members.truncate(4);
        d.trustees.one_trustee_can_block = Some(text("Jede kann sperren"));
    };
    assert_eq!(refusal(four), E::BindingTrustees { threshold: 3, members: 4 });
}

#[test]
fn one_registrar_of_a_binding_vote_is_told_to_voters() {
    let one = |binding: bool, told: bool| {
        move |d: &mut Document| {
            d.binding = binding;
            d.registrars.members.truncate(1);
            d.registrars.one_registrar_can_vote = told.then(|| text("Allein"));
        }
    };
    let place = "registrars.one_registrar_can_vote";
    assert!(
        with(one(false, false)).is_ok() && with(one(false, true)).is_ok() && with(one(true, true)).is_ok()
    );
    assert!(matches!(refusal(one(true, false)), E::SentenceMissing { place: p, .. } if p == place));
    let two = |d: &mut Document| d.registrars.one_registrar_can_vote = Some(text("Allein"));
    assert_eq!(refusal(two), E::SentenceWithoutCause { place });
    let third = |d: &mut Document| d.registrars.members.push(Member { name: "third".into(), key: key(99) });
    assert!(matches!(refusal(third), E::Count { found: 3, most: 2, .. }));
}

#[test]
fn every_key_is_a_key_and_stands_once() {
    let mut identity = [0; 32];
    identity[0] = 1;
    let weak = E::Key { place: "trustees.members[4]".into(), fault: KeyFault::SmallOrder };
    assert_eq!(refusal(|d| d.trustees.members[4].key = PublicKey(identity)), weak);
    let twice = |place: &str, other: &str| E::KeyTwice { place: place.into(), other: other.into() };
    assert_eq!(refusal(|d| d.board.key = key(10)), twice("board", "officials.keys[0]"));
    assert_eq!(
        refusal(|d| d.registrars.members[1].key = key(60)),
        twice("registrars.members[1]", "registrars.members[0]")
    );
    assert_eq!(refusal(|d| d.witnesses.keys[0].key = key(70)), twice("witnesses.keys[0]", "board"));
    assert!(with(|d| d.board.key = key(71)).is_ok());
}

#[test]
fn names_differ_within_a_role() {
    assert!(with(|d| d.officials.keys[1].name = "trustee-0".into()).is_ok());
    assert!(matches!(
        refusal(|d| d.officials.keys[1].name = "Official-0".into()),
        E::Duplicate { place, .. } if place == "officials.keys[1]"
    ));
    let witness = |name: &'static str| move |d: &mut Document| d.witnesses.keys[2].name = name.into();
    assert!(with(witness("witness.example/w2")).is_ok());
    for name in ["two words", "a+b", "Zürich"] {
        assert_eq!(refusal(witness(name)), E::WitnessName { place: "witnesses.keys[2].name".into() });
    }
}

#[test]
fn more_witnesses_cosign_than_are_faulty() {
    let policy = |faulty: u16, quorum: u16, members: usize| {
        move |d: &mut Document| {
            (d.witnesses.faulty, d.witnesses.quorum) = (faulty, quorum);
            d.witnesses.keys.truncate(members);
        }
    };
    assert!(with(policy(0, 0, 0)).is_ok() && with(policy(3, 4, 4)).is_ok() && with(policy(0, 1, 1)).is_ok());
    for (faulty, quorum, members) in [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 4), (0, 5, 4)] {
        assert_eq!(refusal(policy(faulty, quorum, members)), E::WitnessPolicy { quorum, members, faulty });
    }
}

#[test]
fn times_stand_in_their_order() {
    let time = |words: &str| Time::parse(words).unwrap();
    let order = |earlier, later| E::ScheduleOrder { earlier, later };
    let (opens, closes) = (time("2027-05-01T06:00:00Z"), time("2027-05-30T10:00:00Z"));
    assert_eq!(refusal(|d| d.schedule.opens = closes), order("opens", "closes"));
    assert_eq!(refusal(|d| d.schedule.latest_close = opens), order("closes", "latest_close"));
    assert!(with(|d| d.schedule.latest_close = closes).is_ok());
    let early = |at: Time| move |d: &mut Document| d.schedule.earliest_early_close = Some(at);
    assert!(with(early(time("2027-05-02T06:00:00Z"))).is_ok());
    assert_eq!(refusal(early(opens)), order("opens", "earliest_early_close"));
    assert_eq!(refusal(early(closes)), order("earliest_early_close", "closes"));
    assert!(with(|d| d.schedule.grace_seconds = 86_400).is_ok());
    assert!(matches!(refusal(|d| d.schedule.grace_seconds = 86_401), E::Number { .. }));
    assert!(matches!(refusal(|d| d.shares_destroyed_after_days = 0), E::Number { .. }));
}

#[test]
fn warnings_say_how_to_do_better_and_refuse_nothing() {
    assert_eq!(accepted(one_region).warnings(), [Warning::Test]);
    let poor = accepted(|d| {
        d.test = false;
        d.binding = false;
        d.privacy.minimum_cell = 29;
        d.registrars.members.truncate(1);
        d.witnesses = Witnesses { faulty: 0, quorum: 0, keys: vec![] };
        d.rules[0].conditions = vec![majority(Base::Participants), regions("1/2", true, true)];
        d.schedule.grace_seconds = 0;
        d.trustees.threshold = 5;
        d.trustees.one_trustee_can_block = Some(text("Jede kann sperren"));
        d.officials.quorum = 3;
        let close = Time::from_unix(d.schedule.opens.unix() + 3_600).unwrap();
        (d.schedule.closes, d.schedule.latest_close) = (close, close);
        let ContestDocument::YesNoBlank { question, .. } = &mut d.contests[0] else { unreachable!() };
        question.0.insert("fr".into(), "Ja oder nein?".into());
    });
    let found = poor.warnings();
    for expected in [
        Warning::Rehearse,
        Warning::SmallMinimum { field: "minimum_cell", found: 29 },
        Warning::OpenedSmall { regions: 1 },
        Warning::OneRegistrar,
        Warning::NoWitnesses,
        Warning::BlankCounts { contest: "q1".into(), base: "all participants" },
        Warning::NoData { contest: "q1".into() },
        Warning::NoGrace,
        Warning::AllTrustees { members: 5 },
        Warning::AllOfficials { members: 3 },
        Warning::NoExtension,
        Warning::ShortVote { seconds: 3_600 },
        Warning::Untranslated {
            place: "contests[0].question".into(),
            first: "de".into(),
            second: "fr".into(),
        },
    ] {
        assert!(found.contains(&expected), "{expected:?}");
    }
    let split = accepted(|d| (d.witnesses.faulty, d.witnesses.quorum) = (1, 2)).warnings();
    assert!(split.contains(&Warning::WitnessesSplit { quorum: 2, members: 4, faulty: 1, better: 3 }));
}

#[test]
fn what_has_passed_is_said_and_what_lies_ahead_is_not() {
    let manifest = accepted(|_| ());
    let at = |words: &str| Time::parse(words).unwrap();
    let fields = |now: &str| {
        let found = manifest.dated_warnings(at(now)).into_iter();
        found.map(|warning| matches!(warning, Warning::Past { field: "opens", .. })).collect::<Vec<_>>()
    };
    assert!(fields("2027-05-01T06:00:00Z").is_empty());
    assert_eq!(fields("2027-05-01T06:00:01Z"), [true]);
    assert_eq!(fields("2027-05-30T10:00:01Z"), [true, false]);
}
