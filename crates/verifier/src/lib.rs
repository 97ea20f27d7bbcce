//! Checks a whole election again from public bytes (§23).

pub mod api;
pub mod check;
pub mod forks;
pub mod printable;
pub mod report;
pub mod source;
mod text;

pub use check::{
    Options, Replay, Share, Verified, VerifyError, Work, replay, replay_thin, verify_record, verify_share,
};
pub use report::Report;
