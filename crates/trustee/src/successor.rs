//! Successors of keys, as a trustee signs them (§20.4): of the board's key one for each number, and after it no other of that
//! number; of officials' keys, which decide nothing about the log, whatever follows from the record.

use plebiscite_election::entry::{Act, Succeeded, Successor};
use sha2::{Digest, Sha256};

use crate::{Refused, Standing, State, Store};

/// Binds this trustee to a successor of the board's key, durably, before it is signed; the same act again is no second one. An
/// official's binds to nothing: what was proposed may be withdrawn and proposed anew. It is refused where a successor of the
/// board's key with its number was signed, which could not stand any more.
///
/// That the act follows from the verified record, and so extends every record that this trustee verified before, is
/// checked by the caller: an entry at the record's own size cuts nothing off.
///
/// # Errors
/// [`Refused::OtherSuccessor`] if another act of this number was signed before; [`Refused::Store`].
pub fn bind(
    state: &mut State,
    standing: Standing<'_>,
    act: &Act<Successor>,
    store: &mut dyn Store,
) -> Result<(), Refused> {
    let board = act.body.of == Succeeded::Board;
    if board && standing.seen != act.seen {
        return Err(Refused::NotYet { what: "exactly the entries that the successor names" });
    }
    let digest: [u8; 32] = Sha256::digest(act.unsigned_bytes()).into();
    match state.successors.get(&act.body.number) {
        Some(bound) if *bound == digest => return Ok(()),
        Some(_) => return Err(Refused::OtherSuccessor { number: act.body.number }),
        None if !board => return Ok(()),
        None => {}
    }
    let mut next = state.clone();
    next.successors.insert(act.body.number, digest);
    store.save(&next).map_err(Refused::Store)?;
    *state = next;
    Ok(())
}

#[cfg(test)]
mod tests {
    use plebiscite_election::entry::{ElectionId, Seen};
    use plebiscite_election::record::Record;

    use super::*;
    use crate::Failure;

    /// Counts what is made durable.
    #[derive(Default)]
    struct Saved(usize);

    impl Store for Saved {
        fn save(&mut self, _: &State) -> Result<(), Failure> {
            self.0 += 1;
            Ok(())
        }
    }

    fn act(of: Succeeded, size: u64, key: u8) -> Act<Successor> {
        let seen = Seen { size, root: [size as u8; 32] };
        Act::unsigned(ElectionId([7; 32]), seen, Successor { number: 1, of, key: [key; 32] })
    }

    #[test]
    fn of_the_boards_key_one_successor_for_each_number_is_signed_and_of_officials_as_many_as_are_proposed() {
        let (mut state, mut saved) = (State::default(), Saved::default());
        let record = Record::new();
        let at = |size: u64| Standing { record: &record, seen: Seen { size, root: [size as u8; 32] } };
        let official = Succeeded::Official(1);
        // Withdrawn by another act, a proposal is made anew, and ballots came in between.
        bind(&mut state, at(9), &act(official, 5, 1), &mut saved).unwrap();
        bind(&mut state, at(12), &act(official, 12, 2), &mut saved).unwrap();
        assert_eq!(saved.0, 0);
        let board = act(Succeeded::Board, 12, 3);
        let early = bind(&mut state, at(13), &board, &mut saved).unwrap_err();
        assert!(matches!(early, Refused::NotYet { .. }), "{early}");
        bind(&mut state, at(12), &board, &mut saved).unwrap();
        bind(&mut state, at(12), &board, &mut saved).unwrap();
        assert_eq!(saved.0, 1, "the same again is no second one");
        for other in [act(Succeeded::Board, 14, 3), act(official, 14, 1)] {
            let refused = bind(&mut state, at(14), &other, &mut saved).unwrap_err();
            assert!(matches!(refused, Refused::OtherSuccessor { number: 1 }), "{refused}");
            let said = refused.to_string();
            assert!(
                said.contains("have not signed the other") && said.contains("under the key in force"),
                "{said}"
            );
        }
    }
}
