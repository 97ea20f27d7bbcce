//! The voter's client and the verifier for pages: conversions only.
//!
//! Rules, cryptography and the reading of the log are those of `plebiscite-voter` and `plebiscite-verifier`; here are the
//! calls of the pages ([`session`]), their arguments, the stable names of failures, and evidence. All of it runs natively,
//! over any way to ask servers; for browsers, a thin layer asks by synchronous XMLHttpRequest in `web/worker.js`.

pub mod arguments;
pub mod failure;
pub mod journal;
mod qr;
pub mod record;
pub mod seeded;
pub mod session;
mod shown;

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod xhr;
