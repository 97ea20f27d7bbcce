//! One file a group of addresses.

pub mod board;
pub mod credential;
pub mod elections;
pub mod health;
pub mod pages;
pub mod setup;
pub mod status;
