//! The bounds of every kind of question, and tie-breaks.

use super::*;

/// A contest of options of another kind in the place of the second one.
fn of_kind(kind: &str, numbers: &[(&str, u32)], places: u16, options: usize) -> Result<Manifest, E> {
    with(|d| {
        let mut document = serde_json::to_value(single("seats", options, true, places)).unwrap();
        document["kind"] = kind.into();
        document["method"] = match kind {
            "approval" => "plurality",
            "condorcet" => "ranked_pairs",
            _ => "greatest_total",
        }
        .into();
        numbers.iter().for_each(|(name, number)| document[*name] = (*number).into());
        d.contests[1] = serde_json::from_value(document).unwrap();
    })
}

#[test]
fn every_kind_of_question_has_its_bounds() {
    type Numbers = &'static [(&'static str, u32)];
    let cases: [(&str, Numbers, Numbers); 8] = [
        ("approval", &[("minimum", 0), ("maximum", 5)], &[("minimum", 0), ("maximum", 6)]),
        ("approval", &[("minimum", 3), ("maximum", 3)], &[("minimum", 4), ("maximum", 3)]),
        ("approval", &[("minimum", 0), ("maximum", 1)], &[("minimum", 0), ("maximum", 0)]),
        ("score", &[("maximum", 1)], &[("maximum", 0)]),
        (
            "cumulative",
            &[("budget", 10), ("minimum", 10), ("maximum", 2)],
            &[("budget", 11), ("minimum", 11), ("maximum", 2)],
        ),
        (
            "cumulative",
            &[("budget", 10), ("minimum", 0), ("maximum", 10)],
            &[("budget", 10), ("minimum", 0), ("maximum", 11)],
        ),
        (
            "cumulative",
            &[("budget", 1), ("minimum", 0), ("maximum", 1)],
            &[("budget", 0), ("minimum", 0), ("maximum", 0)],
        ),
        ("quadratic", &[("budget", 1)], &[("budget", 0)]),
    ];
    for (kind, inside, outside) in cases {
        assert!(of_kind(kind, inside, 1, 5).is_ok(), "{kind} {inside:?}");
        let refused = of_kind(kind, outside, 1, 5).unwrap_err();
        assert!(
            matches!(refused, E::Number { ref place, .. } if place.starts_with("contests[1].")),
            "{refused}"
        );
    }
    let huge = of_kind("score", &[("maximum", u32::MAX)], 1, 5).unwrap_err();
    assert!(matches!(huge, E::Number { most: 858_993_459, .. }), "{huge}");
}

#[test]
fn places_are_of_the_kind() {
    let score = |places: u16| of_kind("score", &[("maximum", 5)], places, 3);
    assert!(score(0).is_ok() && score(2).is_ok());
    assert!(matches!(score(3).unwrap_err(), E::Places { .. }));
    assert!(matches!(of_kind("borda", &[], 0, 3).unwrap_err(), E::Places { .. }));
    assert!(of_kind("condorcet", &[], 1, 3).is_ok());
    assert!(matches!(of_kind("condorcet", &[], 2, 3).unwrap_err(), E::Places { .. }));
}

#[test]
fn at_most_ten_options_are_ranked_in_pairs() {
    assert!(of_kind("condorcet", &[], 1, 10).is_ok());
    assert!(matches!(of_kind("condorcet", &[], 1, 11).unwrap_err(), E::Count { most: 10, .. }));
}

#[test]
fn a_tie_break_names_two_proposals_and_a_choice_of_two() {
    let broken = |change: fn(&mut TieBreak)| {
        with(|d| {
            d.contests =
                vec![yes_no("q1"), yes_no("q2"), single("which", 2, true, 1), single("other", 3, true, 1)];
            d.rules = vec![rule("q1", &[majority(Base::Valid)]), rule("q2", &[majority(Base::Valid)])];
            let between = ["q1".to_owned(), "q2".to_owned()];
            let mut tie_break = TieBreak { contest: "which".to_owned(), between, regions: false };
            change(&mut tie_break);
            d.tie_breaks = vec![tie_break];
        })
    };
    assert!(broken(|_| ()).is_ok());
    let refused = |change: fn(&mut TieBreak), field: &str| {
        let error = broken(change).unwrap_err();
        assert!(
            matches!(&error, E::TieBreak { place, .. } if *place == format!("tie_breaks[0].{field}")),
            "{error}"
        );
    };
    refused(|t| t.contest = "other".to_owned(), "contest");
    refused(|t| t.contest = "nothing".to_owned(), "contest");
    refused(|t| t.between[0] = "which".to_owned(), "between[0]");
    refused(|t| t.between[1] = "q1".to_owned(), "between[1]");
    // The regions of the fixture that have votes are not all opened.
    assert!(matches!(broken(|t| t.regions = true).unwrap_err(), E::RegionNotOpened { .. }));
    assert!(
        with(|d| {
            let tie_break = || TieBreak {
                contest: "which".to_owned(),
                between: ["q1".to_owned(), "q2".to_owned()],
                regions: false,
            };
            d.contests = vec![yes_no("q1"), yes_no("q2"), single("which", 2, true, 1)];
            d.rules = vec![rule("q1", &[majority(Base::Valid)]), rule("q2", &[majority(Base::Valid)])];
            d.tie_breaks = vec![tie_break(), tie_break()];
        })
        .is_err_and(|error| matches!(error, E::TieBreak { .. }))
    );
}
