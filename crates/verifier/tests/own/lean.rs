//! A lean record judges every entry as a whole one does, however little it holds, and is kept and restored at any size.

use std::convert::Infallible;
use std::sync::OnceLock;

use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::Kind;
use plebiscite_election::record::{Check, KeptError, Record, Refusal, SettleError};
use plebiscite_support::{Election, Shape};

/// A certified election whose voters vote again and again.
fn finished() -> &'static Election {
    static ELECTION: OnceLock<Election> = OnceLock::new();
    ELECTION.get_or_init(|| {
        let mut election = Election::opened(Shape { options: 3, ..Shape::default() });
        for round in 0..4u32 {
            for voter in (0..9).filter(|voter| !(voter + round).is_multiple_of(3)) {
                election
                    .cast(voter, &[Choice::Option((round % 2) as u16), Choice::Option((voter % 3) as u16)]);
            }
        }
        election.finish();
        election
    })
}

fn lean(points: usize) -> Record {
    Record::lean([8; 16]).holding(points)
}

/// Applies entries to a record; what is owed is paid before the seal if `pay` says so.
fn replay(record: &mut Record, tree: &mut Tree, entries: &[Vec<u8>], pay: bool) -> Result<(), Refusal> {
    for entry in entries {
        if pay && entry[0] == Kind::Seal.byte() {
            record.settle(|index| Ok::<_, Infallible>(finished().entries[index as usize].clone())).unwrap();
        }
        record.apply(entry, &*tree)?;
        tree.push(leaf_hash(entry));
    }
    Ok(())
}

fn same(record: &Record) {
    let whole = &finished().record;
    assert_eq!(
        (record.size(), record.phase(), record.ballots()),
        (whole.size(), whole.phase(), whole.ballots())
    );
    assert_eq!(record.heads_by_region(), whole.heads_by_region());
    assert_eq!(record.result().unwrap().digest, whole.result().unwrap().digest);
    assert!((0..9).all(|row| record.head(row) == whole.head(row)));
}

#[test]
fn however_little_is_held_the_result_is_the_same_once_what_is_owed_is_paid() {
    let entries = &finished().entries;
    for points in [0, 7, 14, 40, usize::MAX] {
        let (mut record, mut tree) = (lean(points), Tree::new());
        replay(&mut record, &mut tree, entries, true).unwrap();
        same(&record);
        assert_eq!(record.owed(), 0);
    }
    // Unpaid, the seal is refused, and the record goes on once it is paid.
    let seal = entries.iter().position(|entry| entry[0] == Kind::Seal.byte()).unwrap();
    let (mut record, mut tree) = (lean(0), Tree::new());
    replay(&mut record, &mut tree, &entries[..seal], false).unwrap();
    assert!(record.owed() > 9);
    assert_eq!(record.apply(&entries[seal], &tree).unwrap_err().check, Check::SealPartition);
    replay(&mut record, &mut tree, &entries[seal..], true).unwrap();
    same(&record);
}

#[test]
fn what_is_read_again_must_be_the_ballot_that_stood_there() {
    let entries = &finished().entries;
    let seal = entries.iter().position(|entry| entry[0] == Kind::Seal.byte()).unwrap();
    let (mut record, mut tree) = (lean(0), Tree::new());
    replay(&mut record, &mut tree, &entries[..seal], false).unwrap();
    let mut owed = 0;
    let other = record.settle(|index| {
        owed = index;
        Ok::<_, Infallible>(entries[seal - 2].clone())
    });
    assert_eq!(other, Err(SettleError::Other { entry: owed }));
    let mut altered = entries.clone();
    altered[owed as usize][60] ^= 1;
    let found = record.settle(|index| Ok::<_, Infallible>(altered[index as usize].clone()));
    assert_eq!(found, Err(SettleError::Other { entry: owed }));
    assert_eq!(record.settle(|_| Err("gone")), Err(SettleError::Read("gone")));
    replay(&mut record, &mut tree, &entries[seal..], true).unwrap();
    same(&record);
}

#[test]
fn a_record_that_holds_the_points_themselves_or_owes_ballots_is_not_kept() {
    let entries = &finished().entries;
    let last = entries.iter().rposition(|entry| entry[0] == Kind::Ballot.byte()).unwrap();
    let (mut record, mut tree) = (lean(0), Tree::new());
    replay(&mut record, &mut tree, &entries[..=last], false).unwrap();
    assert_eq!(record.kept_votes(), Err(KeptError::NotLean));
    record.settle(|index| Ok::<_, Infallible>(entries[index as usize].clone())).unwrap();
    let kept = record.kept_votes().unwrap();
    let (mut whole, mut other) = (Record::new(), Tree::new());
    replay(&mut whole, &mut other, &entries[..=last], false).unwrap();
    assert_eq!(whole.kept_votes(), Err(KeptError::NotLean));

    // Put back where the ballots were passed over, and nowhere else.
    let first = entries.iter().position(|entry| entry[0] == Kind::Ballot.byte()).unwrap();
    let begun = |ballots: u64| {
        let (mut record, mut tree) = (lean(0), Tree::new());
        replay(&mut record, &mut tree, &entries[..first], false).unwrap();
        record.pass_over(ballots).unwrap();
        (record, tree)
    };
    let ballots = (last - first + 1) as u64;
    for wrong in [0, ballots - 1, ballots + 1] {
        assert!(matches!(begun(wrong).0.restore_votes(&kept), Err(KeptError::Other(_))), "{wrong}");
    }
    for cut in (0..kept.len()).step_by(61) {
        assert!(begun(ballots).0.restore_votes(&kept[..cut]).is_err(), "{cut}");
    }
    assert!(begun(ballots).0.restore_votes(&[kept.as_slice(), &[0]].concat()).is_err());
    let (mut record, mut tree) = begun(ballots);
    record.restore_votes(&kept).unwrap();
    assert!(matches!(record.restore_votes(&kept), Err(KeptError::Other(_))));
    entries[first..=last].iter().for_each(|entry| tree.push(leaf_hash(entry)));
    replay(&mut record, &mut tree, &entries[last + 1..], true).unwrap();
    same(&record);
    assert!(record.pass_over(1).is_err());
}
