//! The server: takes ballots, keeps the board in sled, serves tiles.
//!
//! One writer an election, the sequencer: it checks signatures singly, verifies proofs in batches, asks
//! `Record::apply`, appends, makes durable, signs, and only then answers. axum, tokio, sled and the clock stay here.

pub mod app;
pub mod board;
pub mod config;
pub mod cosigned;
pub mod election;
pub mod export;
pub mod import;
pub mod inbox;
pub mod keys;
pub mod limits;
pub mod proposals;
pub mod routes;
pub mod sequencer;
pub mod serve;
pub mod store;
