//! The decision rule in numbers, for votes of history and at every edge; and the rehearsal of a real election.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands"
)]

use std::path::Path;

use plebiscite_admin::draft::{DraftError, rehearsal, write};
use plebiscite_admin::explain::{ExplainError, Explained, explain, explain_record, least};
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::{Base, Condition, Document, Region};
use plebiscite_election::rule::fraction::Fraction;
use plebiscite_support::questions::{Of, single_choice};
use plebiscite_support::{Election, Shape, document, write_folder};

fn half() -> Fraction {
    Fraction::parse("1/2").unwrap()
}

fn with(change: impl FnOnce(&mut Document)) -> Manifest {
    let mut changed = document(&Shape::default());
    change(&mut changed);
    write(&changed).unwrap()
}

fn rule(conditions: &[Condition], eligible: u64) -> Vec<Explained> {
    explain(&with(|document| document.rules[0].conditions = conditions.to_vec()), eligible).unwrap()
}

fn rows(file: &str) -> Vec<csv::StringRecord> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data").join(file);
    csv::Reader::from_path(path).unwrap().records().map(Result::unwrap).collect()
}

#[test]
fn kazakhstan_2024_needed_more_than_6_142_243_of_12_284_487() {
    let known = rows("referendums-kz.csv").iter().any(|row| row.iter().any(|cell| cell == "12284487"));
    assert!(known, "the roll's size is that of the published data");
    let of = rule(
        &[
            Condition::Turnout { of_eligible: half(), strict: true, no_data: false },
            Condition::Majority { of: Base::Participants, fraction: half(), strict: true },
        ],
        12_284_487,
    );
    assert_eq!(of[0].sentence, "valid if more than 6,142,243 of 12,284,487 take part");
    assert_eq!(of[0].least.as_deref(), Some("6142244"));
    assert!(
        of[1]
            .sentence
            .starts_with("adopted if more than half of those who took part vote yes; blank counts like no")
    );
}

#[test]
fn the_swiss_double_majority_needs_more_than_11_of_22_region_votes() {
    let cantons = rows("referendum-ch-1970-06-07-no220.csv");
    let manifest = with(|document| {
        let like = document.regions[0].clone();
        let region = |(number, row): (usize, &csv::StringRecord)| {
            let mut region = Region {
                id: format!("c{number}"),
                region_votes: Fraction::parse(row[7].replace("0.5", "1/2").as_str()).unwrap(),
                ..like.clone()
            };
            region.name.0.values_mut().for_each(|name| *name = row[0].to_owned());
            region
        };
        document.regions = cantons.iter().enumerate().map(region).collect();
        document.roll.maximum = 2_000_000;
    });
    let of = explain(&manifest, 1_641_777).unwrap();
    assert_eq!(
        (of[1].kind, of[1].least.as_deref(), of[1].of.as_deref()),
        ("regions", Some("23/2"), Some("22"))
    );
    assert!(of[1].sentence.contains("at least 11 1/2 of 22 region votes"), "{}", of[1].sentence);
    assert!(of[0].sentence.contains("of the valid votes (yes and no) are yes; blank does not count"));
}

#[test]
fn the_least_that_is_enough_reaches_the_share_and_one_less_does_not() {
    for text in ["1/2", "2/3", "1/3", "3/5", "1", "1/4294967295"] {
        let fraction = Fraction::parse(text).unwrap();
        for base in [1, 2, 3, 9, 10, 12_284_487, u64::from(u32::MAX)] {
            for strict in [true, false].into_iter().filter(|strict| !(*strict && fraction == Fraction::ONE)) {
                let needed = least(fraction, base, strict).unwrap();
                let reached = |part: u64| fraction.is_reached(part.into(), base.into(), strict).unwrap();
                assert!(reached(needed), "{text} of {base}");
                assert!(needed == 0 || !reached(needed - 1), "{text} of {base}");
            }
        }
    }
    assert_eq!(
        (least(half(), 10, true), least(half(), 10, false), least(half(), 11, false)),
        (Ok(6), Ok(5), Ok(6))
    );
    assert!(least(Fraction::ONE, u64::MAX, true).is_err());
}

#[test]
fn every_kind_of_condition_says_its_edge() {
    let of = rule(
        &[
            Condition::Majority { of: Base::Eligible, fraction: half(), strict: false },
            Condition::Turnout { of_eligible: half(), strict: true, no_data: true },
            Condition::Regions { fraction: Fraction::parse("2/3").unwrap(), strict: false, no_data: true },
            Condition::Majority { of: Base::Valid, fraction: half(), strict: true },
        ],
        100,
    );
    assert!(of[0].sentence.contains("at least 50 of 100 vote yes"));
    assert!(of[1].sentence.contains("is not decided here") && of[2].sentence.contains("at least two thirds"));
    assert!(
        of[3]
            .sentence
            .contains("exactly the share is not enough: of 99 valid votes 50, of 100 valid votes 51")
    );
    let none = rule(&[Condition::Majority { of: Base::Valid, fraction: half(), strict: true }], 1);
    assert!(none[0].sentence.ends_with(": of 1 valid votes 1"), "{}", none[0].sentence);
    let choice =
        with(|document| document.contests.push(single_choice(Of { id: "seats", options: 3, blank: true })));
    let of = explain(&choice, 100).unwrap();
    let places = of.iter().find(|one| one.kind == "places").unwrap();
    assert!(places.sentence.contains("tie, which is reported and never broken"));
}

#[test]
fn a_rehearsal_is_the_same_election_with_another_id_and_says_that_it_is_a_test() {
    let real = with(|document| document.test = false);
    let test = rehearsal(real.bytes()).unwrap();
    assert!(test.is_test() && test.id() != real.id());
    let mut same = test.document().clone();
    same.test = false;
    assert_eq!(&same, real.document());
    assert!(matches!(rehearsal(test.bytes()), Err(DraftError::TestAlready)));
}

#[test]
fn a_sealed_roll_gives_the_numbers_for_all_and_for_each_region() {
    let mut election = Election::new(Shape::default());
    election.set_up();
    election.hold_ceremony();
    election.publish_roll();
    assert!(matches!(explain_record(&election.record), Err(ExplainError::NoRoll)), "a list is no roll");
    election.seal_roll();
    let found = explain_record(&election.record).unwrap();
    let kinds: Vec<&str> = found.iter().map(|explained| explained.kind).collect();
    assert_eq!(kinds, ["majority", "regions", "region", "region", "privacy", "privacy"]);
    let regions: Vec<_> =
        found[2..4].iter().map(|region| (region.least.as_deref(), region.of.as_deref())).collect();
    assert_eq!(regions, [(Some("3"), Some("5")), (Some("3"), Some("4"))]);
    assert!(
        found[2].sentence.starts_with("region r0 (Region 0): 5 on the roll, 1 region votes"),
        "{}",
        found[2].sentence
    );
}

#[test]
fn the_program_explains_a_sealed_record_and_a_manifest() {
    let mut election = Election::new(Shape::default());
    election.set_up();
    election.hold_ceremony();
    election.publish_roll();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let run = |arguments: &[&std::ffi::OsStr]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_plebiscite-admin"));
        command.arg("explain").args(arguments).output().unwrap()
    };
    let of_record = |log: &Path| {
        run(&["--record".as_ref(), log.as_os_str(), "--folder".as_ref(), path("own").as_os_str()])
    };
    let early = path("early");
    write_folder(&early, &election.entries, election.checkpoint().note());
    assert_eq!(of_record(&early).status.code(), Some(5));
    election.seal_roll();
    let sealed = path("sealed");
    write_folder(&sealed, &election.entries, election.checkpoint().note());
    let said = of_record(&sealed);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert!(String::from_utf8(said.stdout).unwrap().contains("region r1 (Region 1): 4 on the roll"));
    let manifest = path("manifest.json");
    std::fs::write(&manifest, &election.manifest).unwrap();
    assert!(run(&[manifest.as_os_str(), "--eligible".as_ref(), "9".as_ref()]).status.success());
    assert_eq!(run(&[manifest.as_os_str()]).status.code(), Some(2), "a manifest alone has no numbers");
}

#[test]
fn a_roll_that_no_region_can_be_counted_with_is_warned_of_before_it_is_known() {
    let manifest = with(|_| ());
    let warned = |eligible: u64| {
        let found = explain(&manifest, eligible).unwrap();
        found.into_iter().find(|one| one.sentence.starts_with("WARNING")).map(|one| one.sentence)
    };
    assert!(warned(2).unwrap().contains("of 2 voters there is no result"));
    assert_eq!(warned(3), None, "three in one region are enough, for all that is known");
}
