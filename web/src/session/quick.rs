//! The call of who has no time for a whole count: `quick`. Setup, signatures at the end, and some sealed votes drawn by lot.

use plebiscite_election::ballot::{DecodedBallot, PreparedBallot};
use plebiscite_election::entry::Entry;
use plebiscite_voter::client::Client;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{ClientOf, Device, Progress, Session};
use crate::arguments::{Place as _, Quick};
use crate::failure::Failure;
use crate::shown;

/// Entries at the log's end among which the result and its certification are looked for.
const TAIL: u64 = 1_024;
/// Most sealed votes that are drawn: a quick look, and no flood of questions to a server.
const MOST: u32 = 200;

/// What a drawn entry came to.
enum Drawn {
    /// A ballot whose proofs and signature hold.
    Right,
    /// Something else than a ballot, or a ballot from before its letter was replaced, whose old key no answer proves.
    Passed,
    /// A ballot that does not hold.
    Wrong(String),
}

impl<D: Device> Session<D> {
    /// Checks the setup, the observers' word, the result's signatures, and `ballots` sealed votes drawn by lot. Sums are not
    /// computed, so this is no count, and says so.
    pub(super) fn quick(&mut self, quick: &Quick, progress: Progress<'_>) -> Result<Value, Failure> {
        let (origin, id) = quick.place()?;
        let client = Client::open_to_look_over(self.http(), origin, id)?;
        let size = client.seen().size;
        let last = size.saturating_sub(1);
        let (result, certified) = tail::<D>(&client, size)?;
        let drawn = draw(&self.device.fresh()?, client.setup().opened_at(), size, quick.ballots.min(MOST));
        let (mut right, mut wrong) = (0u32, Vec::new());
        for (number, index) in (1u64..).zip(&drawn) {
            match judged::<D>(&client, *index)? {
                Drawn::Right => right = right.saturating_add(1),
                Drawn::Passed => {}
                Drawn::Wrong(reason) => wrong.push(json!({ "entry": index, "reason": reason })),
            }
            progress(json!({ "entries": number, "of": drawn.len() }));
        }
        let observed = client.observed(result.unwrap_or(last), &client.seen())?;
        Ok(json!({
            "size": size,
            "drawn": drawn.len(),
            "right": right,
            "wrong": wrong,
            "phase": super::looking::phase(client.setup()),
            "result": result,
            "certified": certified,
            "observers": shown::observers(observed.as_ref(), self.device.now()),
            "paper": shown::election(client.setup(), "closed", None, self.device.now()),
        }))
    }
}

/// Where the result stands, and whether as many officials as must have certified it.
fn tail<D: Device>(client: &ClientOf<D>, size: u64) -> Result<(Option<u64>, bool), Failure> {
    let from = size.saturating_sub(TAIL).max(client.setup().opened_at());
    let indices: Vec<u64> = (from..size).collect();
    let (mut result, mut certified) = (None, false);
    for (index, bytes) in indices.iter().zip(client.entries(&indices)?) {
        match Entry::decode(&bytes) {
            Ok(Entry::Result(_)) => result = Some(*index),
            Ok(Entry::Certification(act)) => {
                client.setup().verify_act("the certification", *index, &act)?;
                certified = true;
            }
            _ => {}
        }
    }
    Ok((result, certified))
}

/// As many indices behind the opening as are asked for, or all, each once, by lot.
fn draw(fresh: &[u8; 32], opened_at: u64, size: u64, wanted: u32) -> Vec<u64> {
    let first = opened_at.saturating_add(1);
    let behind = size.saturating_sub(first);
    if behind <= u64::from(wanted) {
        return (first..size).collect();
    }
    let mut drawn = std::collections::BTreeSet::new();
    for number in 0u32.. {
        if drawn.len() >= wanted as usize {
            break;
        }
        let hash: [u8; 32] = Sha256::new()
            .chain_update(b"plebiscite/v1 quick look")
            .chain_update(fresh)
            .chain_update(number.to_be_bytes())
            .finalize()
            .into();
        let (lot, _) = hash.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
        drawn.insert(first.saturating_add(u64::from_be_bytes(*lot) % behind));
    }
    drawn.into_iter().collect()
}

fn judged<D: Device>(client: &ClientOf<D>, index: u64) -> Result<Drawn, Failure> {
    let entries = client.entries(&[index])?;
    let Some(Ok(Entry::Ballot(bytes))) = entries.first().map(|bytes| Entry::decode(bytes)) else {
        return Ok(Drawn::Passed);
    };
    let parameters = client.setup().parameters();
    let ballot = match DecodedBallot::decode(parameters, &bytes) {
        Ok(ballot) => ballot,
        Err(error) => return Ok(Drawn::Wrong(error.to_string())),
    };
    let place = client.place_of_row(ballot.header().index)?;
    let judge = |row| PreparedBallot::new(ballot.clone(), row).verify(parameters);
    match (judge(place.row()), place.sealed_row()) {
        (Ok(_), _) => Ok(Drawn::Right),
        (Err(_), Some(sealed)) => Ok(judge(&sealed).map_or(Drawn::Passed, |_| Drawn::Right)),
        (Err(error), None) => Ok(Drawn::Wrong(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_are_asked_for_are_drawn_once_each_and_all_where_there_are_fewer() {
        let drawn = draw(&[7; 32], 9, 1_000, 50);
        assert_eq!(drawn.len(), 50);
        assert!(drawn.iter().all(|index| (10..1_000).contains(index)));
        assert!(drawn.windows(2).all(|pair| pair[0] < pair[1]));
        assert_ne!(drawn, draw(&[8; 32], 9, 1_000, 50));
        assert_eq!(draw(&[7; 32], 9, 14, 50), [10, 11, 12, 13]);
        assert!(draw(&[7; 32], 9, 10, 50).is_empty());
    }
}
