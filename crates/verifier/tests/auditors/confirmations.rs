//! Confirmations that no log has: with `c` of them the log with the seal that they confirm is the record (§23.6).

use plebiscite_election::entry::{Entry, SealConfirmation};

use super::*;

/// The same election up to the opening and these ballots of `finished`, closed and sealed; nobody has confirmed in it.
fn sealed(ballots: usize) -> Election {
    let mut election = Election::opened(Shape { witnesses: (4, 3, 1), ..Shape::default() });
    let begin = election.entries.len();
    for entry in &finished().entries[begin..begin + ballots] {
        election.append(entry).unwrap();
    }
    election.close();
    election.seal();
    election
}

struct Two {
    a: Election,
    b: Election,
    logs: [TempDir; 2],
    needed: usize,
}

/// Two valid logs of one election: B has one ballot fewer.
fn two() -> Two {
    let (a, b) = (sealed(5), sealed(4));
    let logs = [folder_of(&a.entries), folder_of(&b.entries)];
    let needed = a.record.confirmations_needed();
    Two { a, b, logs, needed }
}

impl Two {
    /// Files of these trustees' confirmations.
    fn files(&self, of: &Election, trustees: std::ops::RangeInclusive<u16>) -> Vec<PathBuf> {
        let file =
            |trustee| put(&self.logs[0], &format!("confirmation-{trustee}"), &of.confirmation(trustee));
        trustees.map(file).collect()
    }

    fn judge(&self, logs: &[usize], files: &[PathBuf]) -> (Option<i32>, Value) {
        let mut arguments = vec!["record"];
        arguments.extend(logs.iter().map(|log| path(&self.logs[*log])));
        for file in files {
            arguments.extend(["--confirmation", text(file)]);
        }
        json(&arguments)
    }
}

fn size(election: &Election) -> Value {
    Value::from(election.entries.len())
}

#[test]
fn c_loose_confirmations_decide_which_log_is_the_record_and_one_fewer_leave_it_forked() {
    let two = two();
    let c = u16::try_from(two.needed).unwrap();
    let (code, report) = two.judge(&[0, 1], &two.files(&two.b, 1..=c));
    assert_eq!((code, &report["size"]), (Some(5), &size(&two.b)), "{report}");
    assert_eq!((&report["logs"][0]["stands"], status(&report, "log-fork")), (&"outvoted".into(), "pass"));
    assert_eq!(report["confirmations"]["loose"].as_array().unwrap().len(), two.needed);
    assert_eq!(report["confirmations"]["needed"], two.needed);
    // The order of the logs says nothing.
    assert_eq!(two.judge(&[1, 0], &two.files(&two.b, 1..=c)).1["size"], size(&two.b));
    // The twin: for A's seal.
    let (code, report) = two.judge(&[0, 1], &two.files(&two.a, 1..=c));
    assert_eq!((code, &report["size"]), (Some(5), &size(&two.a)));
    // One fewer; the same trustee twice.
    let mut files = two.files(&two.b, 1..=c - 1);
    let (code, report) = two.judge(&[0, 1], &files);
    assert_eq!((code, status(&report, "log-fork")), (Some(1), "fail"));
    files.push(put(&two.logs[0], "again", &two.b.confirmation(1)));
    assert_eq!(two.judge(&[0, 1], &files).0, Some(1));
    // Without any the two are forked, too.
    assert_eq!(two.judge(&[0, 1], &[]).0, Some(1));
}

#[test]
fn logged_and_loose_confirmations_of_one_seal_are_counted_together() {
    let mut two = two();
    let c = u16::try_from(two.needed).unwrap();
    two.b.confirm(&(1..=c - 1).collect::<Vec<_>>());
    two.logs[1] = folder_of(&two.b.entries);
    let last = two.files(&two.b, c..=c);
    let (code, report) = two.judge(&[0, 1], &last);
    assert_eq!((code, &report["size"]), (Some(5), &size(&two.b)));
    assert_eq!(report["confirmations"]["loose"], Value::from(vec![c]));
    let repeated = two.files(&two.b, 1..=1);
    assert_eq!(two.judge(&[0, 1], &repeated).0, Some(1));
}

#[test]
fn a_log_against_which_c_trustees_spoke_is_not_the_record_though_it_is_the_only_one() {
    let two = two();
    let c = u16::try_from(two.needed).unwrap();
    let files = two.files(&two.b, 1..=c);
    let (code, report) = two.judge(&[0], &files);
    assert_eq!((code, status(&report, "log-fork")), (Some(1), "fail"));
    let (code, report) = two.judge(&[0], &files[1..]);
    assert_eq!((code, status(&report, "log-fork")), (Some(5), "not-applicable"));
    assert!(has(&report, "confirmation-ignored"));
    // Their own log holds, beside a checkpoint of the other one too: it is evidence only.
    let other = &two.a.entries[..two.b.entries.len() - 1];
    let checkpoint = put(&two.logs[1], "cosigned/latest", signed(other).note());
    let (code, report) = two.judge(&[1], &files);
    assert_eq!((code, status(&report, "log-fork")), (Some(5), "pass"));
    assert!(has(&report, "fork-outvoted"));
    assert_eq!(two.judge(&[1], &files[1..]).0, Some(1));
    std::fs::remove_file(checkpoint).unwrap();
}

#[test]
fn a_false_or_foreign_confirmation_counts_nothing_and_is_named() {
    let two = two();
    let c = u16::try_from(two.needed).unwrap();
    let honest = two.files(&two.b, 2..=c);
    let (Ok(Entry::SealConfirmation(true_word)), true) =
        (Entry::decode(&two.b.confirmation(1)), two.judge(&[0, 1], &two.files(&two.b, 1..=c)).0 == Some(5))
    else {
        panic!("the honest twin")
    };
    let mut other = Election::opened(Shape { title: "Another".to_owned(), ..Shape::default() });
    other.close();
    other.seal();
    let signed_by = |word: SealConfirmation, trustee: u16| {
        word.signed(&two.b.trustees[usize::from(trustee) - 1]).encode()
    };
    let early = two.b.seen_at(two.b.record.seal().unwrap().index);
    let elsewhere = plebiscite_election::entry::Seen { root: [7; 32], ..true_word.seen };
    for (name, bytes, reason) in [
        ("noise", b"noise".to_vec(), "not a seal confirmation"),
        ("ballot", finished().entries[last_ballot()].clone(), "not a seal confirmation"),
        ("forged", signed_by(true_word.clone(), 2), "signature"),
        (
            "stranger",
            signed_by(SealConfirmation { trustee: 99, ..true_word.clone() }, 1),
            "there is no trustee 99",
        ),
        ("foreign", other.confirmation(1), "another election"),
        ("other-seal", two.b.confirmation_of(1, [7; 32]), "confirmed another seal"),
        ("early", signed_by(SealConfirmation { seen: early, ..true_word.clone() }, 1), "before the seal"),
        (
            "elsewhere",
            signed_by(SealConfirmation { seen: elsewhere, ..true_word.clone() }, 1),
            "on another log",
        ),
    ] {
        let mut files = honest.clone();
        files.push(put(&two.logs[0], name, &bytes));
        let (code, report) = two.judge(&[0, 1], &files);
        assert_eq!((code, status(&report, "log-fork")), (Some(1), "fail"), "{name}");
        let (_, alone) = two.judge(&[1], &files);
        let texts: Vec<String> = alone["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|found| found["name"] == "confirmation-ignored")
            .map(|found| found["text"].as_str().unwrap().to_owned())
            .collect();
        assert!(
            texts.len() == 1 && texts[0].contains(name) && texts[0].contains(reason),
            "{name}: {texts:?}"
        );
    }
}
