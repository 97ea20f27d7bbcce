//! States: the report after resuming is that of a whole run, wherever the log was cut.

use plebiscite_verifier::check::own::OwnError;
use plebiscite_verifier::check::state::State;
use plebiscite_verifier::{VerifyError, Work};

use super::{ballots, finished, folder_by, folder_of, forked, json, resealed, run, whole};

/// The state of a log of these entries, as its file's bytes, from an earlier one's.
fn state_of(entries: &[Vec<u8>], before: Option<&[u8]>) -> Vec<u8> {
    let state = before.map(|bytes| State::read(bytes).unwrap());
    let replay = run(&folder_of(entries), Work { state, keep: true, word: None }).unwrap();
    assert!(replay.failures.is_empty(), "{:?}", replay.failures);
    replay.state.unwrap().encode()
}

fn resumed(entries: &[Vec<u8>], state: &[u8]) -> Result<String, VerifyError> {
    let state = State::read(state)?;
    run(&folder_of(entries), Work { state: Some(state), keep: false, word: None }).map(|replay| json(&replay))
}

fn refused(entries: &[Vec<u8>], state: &[u8]) -> OwnError {
    match resumed(entries, state) {
        Err(VerifyError::Own(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn resuming_gives_the_report_of_a_whole_run_wherever_the_log_was_cut() {
    let all = &finished().entries;
    let expected = whole(all);
    let (first, last) = (ballots()[0], *ballots().last().unwrap());
    let near =
        [1, first - 1, first, first + 1, 255, 256, 257, last, last + 1, last + 2, all.len() - 1, all.len()];
    for cut in (first..all.len()).step_by(17).chain(near) {
        let state = state_of(&all[..cut], None);
        assert_eq!(State::read(&state).unwrap().encode(), state, "{cut}");
        assert_eq!(resumed(all, &state).unwrap(), expected, "{cut}");
    }
}

#[test]
fn a_state_may_be_carried_on_day_after_day_and_says_the_same_as_one_made_at_once() {
    let all = &finished().entries;
    let (mut state, mut cut) = (None, ballots()[3]);
    while cut < all.len() {
        let next = state_of(&all[..cut], state.as_deref());
        assert_eq!(resumed(&all[..cut], &next).unwrap(), whole(&all[..cut]), "{cut}");
        (state, cut) = (Some(next), cut + 41);
    }
    assert_eq!(resumed(all, &state.unwrap()).unwrap(), whole(all));
}

#[test]
fn what_is_refused_behind_a_state_is_refused_by_the_same_name_as_in_a_whole_run() {
    let all = &finished().entries;
    let places = ballots();
    let state = state_of(&all[..places[40]], None);
    let mut doubled = all.clone();
    doubled.insert(places[60], doubled[places[10]].clone());
    let mut altered = all.clone();
    altered[places[50]][300] ^= 1;
    let mut swapped = all.clone();
    swapped.swap(places[45], places[200]);
    for (name, entries) in [("ballot-chain", doubled), ("", altered), ("ballot-chain", swapped)] {
        let found = resumed(&entries, &state).unwrap();
        assert_eq!(found, whole(&entries));
        assert!(found.contains("\"outcome\": \"failed\"") && found.contains(name), "{found}");
    }
    // A copy of a ballot that the state covers, with its points: the chain says no before the points are asked for.
    assert_eq!(resumed(all, &state).unwrap(), whole(all));
}

#[test]
fn a_state_of_another_log_election_or_size_is_refused() {
    let all = &finished().entries;
    let cut = *ballots().last().unwrap() + 1;
    let state = state_of(&all[..cut], None);
    assert_eq!(resumed(all, &state).unwrap(), whole(all));
    assert_eq!(refused(&forked(), &state), OwnError::Root { size: cut as u64 });
    let shorter = &all[..cut - 1];
    assert_eq!(refused(shorter, &state), OwnError::Longer { size: cut as u64, log: cut as u64 - 1 });
    let mut other = plebiscite_support::Election::opened(plebiscite_support::Shape {
        title: "Another vote".to_owned(),
        voters: vec![3, 3],
        ..Default::default()
    });
    other.cast(0, &[plebiscite_election::contest::Choice::Option(0)]);
    let folder = folder_by(&other, &other.entries);
    let found = run(&folder, Work { state: Some(State::read(&state).unwrap()), keep: false, word: None });
    let found = found.map(|replay| json(&replay));
    let id = finished().id();
    assert!(matches!(found, Err(VerifyError::Own(OwnError::Election { found })) if found == id), "{found:?}");
}

#[test]
fn a_changed_state_is_refused_and_one_that_lies_under_a_true_digest_never_passes_for_this_record() {
    let all = &finished().entries;
    let state = state_of(&all[..ballots()[100]], None);
    let expected = whole(all);
    for place in (0..state.len()).step_by(331) {
        let mut bad = state.clone();
        bad[place] ^= 1;
        assert!(State::read(&bad).is_err(), "{place}");
    }
    // Whoever can write the file can make its digest hold: then form and fit are all that can be checked, and of what is
    // believed the seal still says whether it is what the officials signed.
    let body = state.len() - 32;
    let (mut passed, mut lied) = (0, 0);
    for place in (120..body).step_by(97) {
        let bad = resealed(&state, |bytes| bytes[place] ^= 1);
        match State::read(&bad).map_err(VerifyError::from).and_then(|_| resumed(all, &bad)) {
            Ok(report) if report == expected => passed += 1,
            Ok(report) => {
                assert!(report.contains("\"outcome\": \"failed\""), "{place}: {report}");
                lied += 1;
            }
            Err(error) => assert!(matches!(error, VerifyError::Own(_)), "{place}: {error}"),
        }
    }
    // A fingerprint that no ballot has any more is missed by none.
    assert!(passed > 0 && lied > 0, "{passed} {lied}");
    let version = resealed(&state, |bytes| bytes[b"plebiscite/v1 audit state\n".len() + 1] ^= 1);
    assert!(matches!(State::read(&version), Err(OwnError::Version { .. })));
    assert!(State::read(&resealed(&state, |bytes| bytes.push(0))).is_err());
    assert_eq!(resumed(all, &resealed(&state, |_| ())).unwrap(), expected);
}

#[test]
fn no_state_is_kept_of_a_record_in_which_a_check_failed() {
    let mut entries = finished().entries.clone();
    let place = ballots()[50];
    entries[place][300] ^= 1;
    let replay = run(&folder_of(&entries), Work { state: None, keep: true, word: None }).unwrap();
    assert!(!replay.failures.is_empty() && replay.state.is_none());
    let replay = run(&folder_of(&finished().entries), Work { state: None, keep: true, word: None }).unwrap();
    assert!(replay.failures.is_empty() && replay.state.is_some());
}
