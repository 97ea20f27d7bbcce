//! The referendums that the demo and the stories hold are the published ones: their totals add up to
//! the figures the Swiss Federal Chancellery gives for vote no. 220 of 7 June 1970.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

use std::path::Path;

#[test]
fn the_swiss_vote_of_1970_adds_up_to_the_published_totals() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/referendum-ch-1970-06-07-no220.csv");
    let mut rows = csv::Reader::from_path(file).unwrap();
    let mut sums = [0u64; 5];
    for row in rows.records() {
        let row = row.unwrap();
        for (sum, cell) in sums.iter_mut().zip(row.iter().skip(2)) {
            *sum += cell.parse::<u64>().unwrap();
        }
        let count = |column: usize| row.get(column).unwrap().parse::<u64>().unwrap();
        assert_eq!(count(3), count(4) + count(5) + count(6), "participants of {}", row.get(0).unwrap());
    }
    let [eligible, participants, yes, no, _blank] = sums;
    assert_eq!((eligible, participants, yes, no), (1_641_777, 1_226_658, 557_517, 654_844));
}
