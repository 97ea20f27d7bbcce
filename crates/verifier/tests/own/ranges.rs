//! Ranges: however a log is parted, and in whatever order the parts come, the report is that of one run.

use plebiscite_verifier::check::own::OwnError;
use plebiscite_verifier::check::range::{Partial, Word, verify_range};
use plebiscite_verifier::{Options, VerifyError, Work};
use tempfile::TempDir;

use super::{ballots, finished, folder_of, forked, json, resealed, run, source, whole};

fn partial(folder: &TempDir, from: u64, to: u64) -> Result<Partial, VerifyError> {
    let options =
        Options { election: None, since: None, up_to: None, fresh: [5; 32], progress: &mut |_, _| () };
    let partial = verify_range(source(folder), options, (from, to))?;
    assert_eq!(Partial::read(&partial.encode()).unwrap(), partial);
    Ok(partial)
}

fn combined(folder: &TempDir, partials: Vec<Partial>) -> Result<String, VerifyError> {
    let word = Word::of(partials)?;
    run(folder, Work { word: Some(word), ..Work::default() }).map(|replay| json(&replay))
}

fn parted(folder: &TempDir, cuts: &[u64]) -> Vec<Partial> {
    cuts.windows(2).map(|pair| partial(folder, pair[0], pair[1]).unwrap()).collect()
}

fn own<T: std::fmt::Debug>(found: Result<T, VerifyError>) -> OwnError {
    match found {
        Err(VerifyError::Own(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn ranges_give_the_report_of_one_run_however_the_log_is_parted() {
    let all = &finished().entries;
    let folder = folder_of(all);
    let (end, first, last) = (all.len() as u64, ballots()[0] as u64, *ballots().last().unwrap() as u64);
    let expected = whole(all);
    for cuts in [
        vec![0, end],
        vec![0, first, end],
        vec![0, 1, first + 7, 256, last, end],
        vec![0, 100, 200, 280, last + 1, last + 2, end],
    ] {
        let mut partials = parted(&folder, &cuts);
        assert!(partials.iter().all(|partial| partial.doubtful() == 0));
        partials.rotate_left(1);
        assert_eq!(combined(&folder, partials).unwrap(), expected, "{cuts:?}");
    }
    // An open vote as well.
    let open = &all[..last as usize - 20];
    let folder = folder_of(open);
    assert_eq!(combined(&folder, parted(&folder, &[0, 150, open.len() as u64])).unwrap(), whole(open));
}

#[test]
fn what_one_run_refuses_the_ranges_together_refuse_by_the_same_name() {
    let all = &finished().entries;
    let places = ballots();
    let mut altered = all.clone();
    altered[places[90]][300] ^= 1;
    let mut unsigned = all.clone();
    let length = unsigned[places[90]].len();
    unsigned[places[90]][length - 3] ^= 1;
    let mut doubled = all.clone();
    doubled.insert(places[120], doubled[places[10]].clone());
    let mut swapped = all.clone();
    swapped.swap(places[20], places[200]);
    let mut strange = all.clone();
    strange.insert(places[70], b"no entry".to_vec());
    for entries in [altered, unsigned, doubled, swapped, strange] {
        let folder = folder_of(&entries);
        let found = combined(&folder, parted(&folder, &[0, 130, 250, entries.len() as u64])).unwrap();
        assert_eq!(found, whole(&entries));
        assert!(found.contains("\"outcome\": \"failed\""), "{found}");
    }
}

#[test]
fn ranges_that_overlap_or_leave_a_gap_are_refused() {
    let folder = folder_of(&finished().entries);
    let end = finished().entries.len() as u64;
    let part = |from, to| partial(&folder, from, to).unwrap();
    let of = |partials: Vec<Partial>| Word::of(partials).map(|_| ());
    assert_eq!(of(vec![part(0, 200), part(200, end)]), Ok(()));
    assert_eq!(of(vec![part(0, 201), part(200, end)]), Err(OwnError::Overlap { entry: 200 }));
    assert_eq!(of(vec![part(0, end), part(0, end)]), Err(OwnError::Overlap { entry: 0 }));
    assert_eq!(of(vec![part(0, 200), part(201, end)]), Err(OwnError::Gap { entry: 200 }));
    assert_eq!(of(vec![part(1, end)]), Err(OwnError::Gap { entry: 0 }));
    assert_eq!(of(vec![part(0, end - 1)]), Err(OwnError::Gap { entry: end - 1 }));
    assert_eq!(of(Vec::new()), Err(OwnError::Gap { entry: 0 }));
    for (from, to) in [(5, 5), (6, 5), (0, end + 1)] {
        let refused = partial(&folder, from, to);
        let size = end;
        assert!(
            matches!(refused, Err(VerifyError::Range { from: a, to: b, size: c }) if (a, b, c) == (from, to, size)),
            "{refused:?}"
        );
    }
}

#[test]
fn partials_of_another_root_election_or_version_are_refused() {
    let folder = folder_of(&finished().entries);
    let end = finished().entries.len() as u64;
    let (one, two) = (partial(&folder, 0, 200).unwrap(), partial(&folder, 200, end).unwrap());
    let expected = whole(&finished().entries);
    assert_eq!(combined(&folder, vec![one.clone(), two.clone()]).unwrap(), expected);
    // One of the two, or both, of a fork of the log.
    let fork = folder_of(&forked());
    let other = partial(&fork, 200, end - 1).unwrap();
    let size = end - 1;
    assert_eq!(own(combined(&folder, vec![one.clone(), other.clone()])), OwnError::Root { size });
    assert_eq!(own(combined(&folder, vec![partial(&fork, 0, 200).unwrap(), other])), OwnError::Root { size });
    let file = two.encode();
    let domain = b"plebiscite/v1 partial\n".len();
    let id = domain + 1 + usize::from(file[domain]);
    let foreign = Partial::read(&resealed(&file, |bytes| bytes[id] ^= 1)).unwrap();
    assert!(matches!(own(combined(&folder, vec![one.clone(), foreign])), OwnError::Election { .. }));
    let version = Partial::read(&resealed(&file, |bytes| bytes[domain + 1] ^= 1));
    assert!(matches!(version, Err(OwnError::Version { .. })));
    assert_eq!(Partial::read(&resealed(&file, |_| ())), Ok(two));
}

#[test]
fn a_partial_whose_ballots_were_verified_against_another_roll_is_refused() {
    let folder = folder_of(&finished().entries);
    let end = finished().entries.len() as u64;
    let (one, two) = (partial(&folder, 0, 200).unwrap(), partial(&folder, 200, end).unwrap());
    let file = two.encode();
    let domain = b"plebiscite/v1 partial\n".len();
    let contexts = domain + 1 + usize::from(file[domain]) + 32 + 8 + 32 + 24;
    let bad = Partial::read(&resealed(&file, |bytes| bytes[contexts + 5] ^= 1)).unwrap();
    let found = own(combined(&folder, vec![one.clone(), bad]));
    assert_eq!(found, OwnError::Contexts { from: 200, to: end });
    assert!(combined(&folder, vec![one, two]).is_ok());
    // Every changed byte of a file that does not make its digest hold.
    for place in 0..file.len() {
        let mut bad = file.clone();
        bad[place] ^= 0x10;
        assert!(Partial::read(&bad).is_err(), "{place}");
    }
}
