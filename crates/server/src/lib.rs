//! Takes ballots, keeps the board in sled, serves tiles.
