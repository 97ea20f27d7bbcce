//! Auditors who come back: the log must extend the checkpoint that they kept (§23.2).

use super::*;

/// A log that goes on otherwise from the last ballot on, closed.
fn other() -> Vec<Vec<u8>> {
    let mut other = Election::opened(Shape { witnesses: (4, 3, 1), ..Shape::default() });
    for entry in &finished().entries[other.entries.len()..last_ballot()] {
        other.append(entry).unwrap();
    }
    other.close();
    other.entries
}

#[test]
fn an_extended_and_an_equal_log_hold_and_a_shorter_and_a_forked_one_fail() {
    let all = &finished().entries;
    let middle = last_ballot() + 1;
    for by in [&[][..], &[0, 1, 2]] {
        let folder = folder_of(all);
        let since = |entries: &[Vec<u8>], given: &[Vec<u8>]| {
            let kept = put(&folder, "kept", &cosigned(given, by));
            let log = folder_of(entries);
            let (code, report) = json(&["record", path(&log), "--since", text(&kept)]);
            (code, status(&report, "log-extends").to_owned())
        };
        let of = |code, status: &str| (Some(code), status.to_owned());
        assert_eq!(since(all, &all[..middle]), of(0, "pass"));
        assert_eq!(since(all, all), of(0, "pass"));
        assert_eq!(since(&all[..middle], all), of(1, "fail"));
        assert_eq!(since(&other(), &all[..middle]), of(1, "fail"));
        // Its twin: the part that the two logs have in common.
        assert_eq!(since(&other(), &all[..middle - 1]), of(5, "pass"));
    }
}

#[test]
fn what_was_judged_is_kept_and_coming_back_is_one_flag() {
    let all = &finished().entries;
    let middle = last_ballot() + 1;
    let place = tempfile::tempdir().unwrap();
    let kept = place.path().join("kept");
    let visit = |entries: &[Vec<u8>], by: &[usize]| {
        let log = folder_of(entries);
        put(&log, "checkpoint", &cosigned(entries, by));
        let code = verify(&["record", path(&log), "--keep", text(&kept)]).status.code();
        (code, std::fs::read(&kept).ok())
    };
    // Nothing is kept of a log that fails.
    let mut strange = all.clone();
    strange[middle] = b"no entry".to_vec();
    assert_eq!(visit(&strange, &[]), (Some(1), None));
    // An open log, a cosigned longer one, the same again: each is kept as it was given.
    assert_eq!(visit(&all[..middle], &[]), (Some(5), Some(cosigned(&all[..middle], &[]))));
    let last = cosigned(all, &[0, 1, 2]);
    assert_eq!(visit(all, &[0, 1, 2]), (Some(0), Some(last.clone())));
    assert_eq!(visit(all, &[0, 1, 2]), (Some(0), Some(last.clone())));
    // A shorter and a forked log fail, and what was kept stays.
    assert_eq!(visit(&all[..middle], &[]), (Some(1), Some(last.clone())));
    assert_eq!(visit(&other(), &[]), (Some(1), Some(last)));
    // The same in two flags; a kept file that is none is an input's fault.
    let (log, file) = (folder_of(all), place.path().join("saved"));
    let saved = verify(&["record", path(&log), "--since", text(&kept), "--save-checkpoint", text(&file)]);
    assert_eq!((saved.status.code(), std::fs::read(&file).unwrap()), (Some(0), signed(all).note().to_vec()));
    std::fs::write(&kept, "nothing").unwrap();
    assert_eq!(verify(&["record", path(&log), "--keep", text(&kept)]).status.code(), Some(3));
    assert_eq!(
        verify(&["record", path(&log), "--keep", text(&kept), "--since", text(&file)]).status.code(),
        Some(2)
    );
}
